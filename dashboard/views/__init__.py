"""What is shown, as pure functions from results to chart options, tables and sentences."""
