DROP TABLE closing_steps;
DROP TABLE closings;
