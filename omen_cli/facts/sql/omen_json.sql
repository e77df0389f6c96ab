-- The items of an omen-json inventory under the inventory's own column names, all as text.
-- `raw` is one row a file with its `inventory` list.
SELECT
    file_no,
    row_no,
    CASE WHEN strain IS NOT NULL AND unit IS NOT NULL THEN strain || '|' || unit ELSE strain END AS sku,
    CASE WHEN unit IS NOT NULL THEN strain || ' (' || unit || ')' ELSE strain END AS name,
    unit,
    JSON_EXTRACT_STRING(item, '$.quality') AS category,
    JSON_EXTRACT_STRING(item, '$.quantity') AS on_hand,
    JSON_EXTRACT_STRING(item, '$.pricing.cost') AS unit_cost,
    JSON_EXTRACT_STRING(item, '$.pricing.retail') AS unit_price,
    CAST(NULL AS VARCHAR) AS visible,
    CAST(NULL AS VARCHAR) AS first_seen
FROM (
    SELECT
        file_no,
        row_no,
        item,
        NULLIF(TRIM(JSON_EXTRACT_STRING(item, '$.strain')), '') AS strain,
        NULLIF(TRIM(JSON_EXTRACT_STRING(item, '$.unit')), '') AS unit
    FROM (
        SELECT
            file_no,
            UNNEST(inventory) AS item,
            UNNEST(GENERATE_SERIES(1, CAST(LEN(inventory) AS BIGINT))) AS row_no
        FROM {raw}
    )
)
