"""Education of members (党员教育培训): plans, trainings, and hours against what is asked."""
