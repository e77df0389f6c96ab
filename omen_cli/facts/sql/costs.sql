-- One row for every row of the costs table: `reason` is null where it is used (until repeated SKUs are compared).
-- `raw` is the canonical projection of one file.
SELECT
    file_no, row_no, sku, unit_cost, reason,
    CASE reason WHEN 'no_sku' THEN unit_cost_text WHEN 'no_unit_cost' THEN sku ELSE unit_cost_text END AS bad_value
FROM (
    SELECT
        *,
        CASE
            WHEN sku IS NULL THEN 'no_sku'
            WHEN unit_cost IS NULL AND unit_cost_text IS NULL THEN 'no_unit_cost'
            WHEN unit_cost IS NULL THEN 'bad_unit_cost'
            WHEN unit_cost < 0 THEN 'negative_unit_cost'
            WHEN unit_cost > 1000000000 THEN 'unit_cost_out_of_range'
        END AS reason
    FROM {raw}
)
