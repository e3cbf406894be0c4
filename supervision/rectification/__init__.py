"""Problems put right: forms, acts, list, workbook."""
