-- Every order line with a number that equal lines share: lines of one (order_id, line_id), or, without a line id, lines
-- that are the same to the letter. Others may share it by chance: it never counts as the same, it only rules that out.
SELECT
    *,
    CASE
        WHEN line_id IS NOT NULL AND (reason IS NULL OR is_final) THEN HASH(order_id, line_id)
        WHEN line_id IS NULL AND reason IS NULL AND {is_one_of_many}
            THEN HASH(order_id, ordered_at, sku, unit, quantity, unit_price, discount)
    END AS key
FROM ({lines})
