"""汇总表册: every table of one body and year as one workbook."""
