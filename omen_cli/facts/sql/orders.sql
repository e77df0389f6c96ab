-- One row for every order line that counts or that was set aside: `reason` is null where it is used.
-- `raw` is the canonical projection of one file. Void, cancelled and draft lines are neither: `not_counted`. Void and
-- cancelled are final: `is_final` takes the line's other rows with it (chosen_lines.sql).
SELECT
    file_no, row_no, order_id, line_id, ordered_at, CAST(ordered_at AS DATE) AS day,
    sku, COALESCE(unit, '') AS unit, quantity, unit_price, COALESCE(discount, 0) AS discount, reason,
    is_final,
    CASE reason
        WHEN 'no_order_id' THEN sku
        WHEN 'no_sku' THEN order_id
        WHEN 'bad_date' THEN ordered_at_text
        WHEN 'date_out_of_range' THEN ordered_at_text
        WHEN 'bad_quantity' THEN quantity_text
        WHEN 'quantity_out_of_range' THEN quantity_text
        WHEN 'bad_unit_price' THEN unit_price_text
        WHEN 'negative_unit_price' THEN unit_price_text
        WHEN 'unit_price_out_of_range' THEN unit_price_text
        WHEN 'bad_discount' THEN discount_text
        WHEN 'negative_discount' THEN discount_text
        WHEN 'discount_above_line' THEN discount_text
        WHEN 'no_date' THEN order_id
        WHEN 'no_quantity' THEN order_id
        WHEN 'no_unit_price' THEN order_id
    END AS bad_value
FROM (
    SELECT
        *,
        CASE
            WHEN is_final OR LOWER(status) = 'draft' THEN 'not_counted'
            WHEN order_id IS NULL THEN 'no_order_id'
            WHEN sku IS NULL THEN 'no_sku'
            WHEN ordered_at IS NULL AND NOT ordered_at_said THEN 'no_date'
            WHEN ordered_at IS NULL THEN 'bad_date'
            WHEN NOT (ordered_at >= TIMESTAMP '2000-01-01' AND ordered_at < TIMESTAMP '2101-01-01')
                THEN 'date_out_of_range'
            WHEN quantity IS NULL AND NOT quantity_said THEN 'no_quantity'
            WHEN quantity IS NULL THEN 'bad_quantity'
            WHEN quantity > 1000000000 OR quantity < -1000000000 THEN 'quantity_out_of_range'
            WHEN unit_price IS NULL AND NOT unit_price_said THEN 'no_unit_price'
            WHEN unit_price IS NULL THEN 'bad_unit_price'
            WHEN unit_price < 0 THEN 'negative_unit_price'
            WHEN unit_price > 1000000000 THEN 'unit_price_out_of_range'
            WHEN discount IS NULL AND discount_said THEN 'bad_discount'
            WHEN discount < 0 THEN 'negative_discount'
            WHEN discount > 0 AND discount > CAST(unit_price AS DECIMAL(38, 4)) * CAST(ABS(quantity) AS DECIMAL(38, 4))
                THEN 'discount_above_line'
        END AS reason
    FROM (SELECT *, LOWER(status) IN ('void', 'voided', 'cancelled', 'canceled') AS is_final FROM {raw})
)
