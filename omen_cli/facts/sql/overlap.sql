-- How many lines without a line id stand, to the letter, in another file as well: so many would count twice if the
-- files overlap. Lines that are equal within one file are that file's own affair.
SELECT COALESCE(SUM(lines), 0)
FROM (
    SELECT SUM(lines_of_file) - MAX(lines_of_file) AS lines
    FROM (
        SELECT
            file_no, order_id, ordered_at, sku, unit, quantity, unit_price, discount,
            COUNT(*) AS lines_of_file
        FROM doubtful_rows
        WHERE reason IS NULL AND line_id IS NULL
        GROUP BY file_no, order_id, ordered_at, sku, unit, quantity, unit_price, discount
    )
    GROUP BY order_id, ordered_at, sku, unit, quantity, unit_price, discount
)
