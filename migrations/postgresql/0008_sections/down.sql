DROP TABLE report_sections;
