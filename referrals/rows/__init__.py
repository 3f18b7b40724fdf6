"""Between the rows of the database and the values that the rules decide on."""
