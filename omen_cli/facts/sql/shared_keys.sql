-- The numbers that several lines share, where that matters: lines with a line id, or in different files.
SELECT key, has_line_id
FROM orders_rows
WHERE key IS NOT NULL
GROUP BY key, has_line_id
HAVING COUNT(*) > 1 AND (has_line_id OR MIN(file_no) < MAX(file_no))
