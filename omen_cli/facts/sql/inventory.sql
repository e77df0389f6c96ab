-- One row for every inventory row: `reason` is null where it is used (until repeated SKUs are compared).
-- `raw` is the canonical projection of one file.
SELECT
    file_no, row_no, sku, name, unit, category, on_hand, unit_cost, unit_price, visible,
    CAST(first_seen AS DATE) AS first_seen, reason,
    CASE reason
        WHEN 'no_sku' THEN name
        WHEN 'bad_on_hand' THEN on_hand_text
        WHEN 'on_hand_out_of_range' THEN on_hand_text
        WHEN 'bad_unit_cost' THEN unit_cost_text
        WHEN 'negative_unit_cost' THEN unit_cost_text
        WHEN 'unit_cost_out_of_range' THEN unit_cost_text
        WHEN 'bad_unit_price' THEN unit_price_text
        WHEN 'negative_unit_price' THEN unit_price_text
        WHEN 'unit_price_out_of_range' THEN unit_price_text
        WHEN 'bad_first_seen' THEN first_seen_text
        WHEN 'first_seen_out_of_range' THEN first_seen_text
    END AS bad_value
FROM (
    SELECT
        *,
        CASE
            WHEN sku IS NULL THEN 'no_sku'
            WHEN on_hand IS NULL AND on_hand_text IS NOT NULL AND UPPER(on_hand_text) <> 'IN_STOCK' THEN 'bad_on_hand'
            WHEN on_hand > 1000000000 OR on_hand < -1000000000 THEN 'on_hand_out_of_range'
            WHEN unit_cost IS NULL AND unit_cost_text IS NOT NULL THEN 'bad_unit_cost'
            WHEN unit_cost < 0 THEN 'negative_unit_cost'
            WHEN unit_cost > 1000000000 THEN 'unit_cost_out_of_range'
            WHEN unit_price IS NULL AND unit_price_text IS NOT NULL THEN 'bad_unit_price'
            WHEN unit_price < 0 THEN 'negative_unit_price'
            WHEN unit_price > 1000000000 THEN 'unit_price_out_of_range'
            WHEN first_seen IS NULL AND first_seen_text IS NOT NULL THEN 'bad_first_seen'
            WHEN NOT (first_seen >= TIMESTAMP '2000-01-01' AND first_seen < TIMESTAMP '2101-01-01')
                THEN 'first_seen_out_of_range'
        END AS reason
    FROM {raw}
)
