DROP TABLE finding_counts;
ALTER TABLE findings DROP COLUMN waiver_id;
DROP TABLE waivers;
