-- The rows of a Wix store-products export that are items, under the inventory's own column names.
-- `raw` holds the columns of all its files as trimmed text, each row with its file_no and row_no. PRODUCT rows name and
-- categorise their VARIANT rows by handle, in whichever file those are; a PRODUCT row with a price and no variants is
-- itself an item (without a SKU it will be set aside); MEDIA rows are ignored.
SELECT
    items.file_no,
    items.row_no,
    items.sku,
    CASE
        WHEN items.is_variant AND items.size IS NULL AND items.choice IS NOT NULL
            THEN COALESCE(products.name, items.name) || ' – ' || items.choice
        ELSE COALESCE(products.name, items.name)
    END AS name,
    items.size AS unit,
    COALESCE(items.brand, products.brand) AS category,
    items.inventory AS on_hand,
    items.cost AS unit_cost,
    items.price AS unit_price,
    CASE WHEN LOWER(products.visible) IN ('false', 'f', 'no', 'n', '0') THEN products.visible
        ELSE COALESCE(items.visible, products.visible) END AS visible,
    CAST(NULL AS VARCHAR) AS first_seen
FROM (
    SELECT
        *,
        UPPER(field_type) = 'VARIANT' AS is_variant,
        NULLIF(CONCAT_WS(' ', choice1, choice2), '') AS choice,
        CASE
            WHEN UPPER(field_type) = 'VARIANT' AND choice2 IS NULL
                AND (LOWER(option_name) IN ('weight', 'size')
                     OR REGEXP_FULL_MATCH(LOWER(choice1), '[0-9.]+ ?(g|mg|oz|ml)'))
                THEN choice1
        END AS size
    FROM (
        SELECT
            *,
            product_option_choices1 AS choice1,
            product_option_choices2 AS choice2,
            product_option_name1 AS option_name
        FROM {raw}
    )
) AS items
LEFT JOIN (
    SELECT handle, MIN(name) AS name, MIN(brand) AS brand, MIN(visible) AS visible
    FROM {raw}
    WHERE UPPER(field_type) = 'PRODUCT'
    GROUP BY handle
) AS products ON products.handle = items.handle
WHERE
    items.is_variant
    OR (
        UPPER(items.field_type) = 'PRODUCT'
        AND LOWER(items.price) NOT IN ('na', 'n/a', '-', 'null', 'none')
        AND NOT EXISTS (
            SELECT 1 FROM {raw} AS others
            WHERE others.handle = items.handle AND UPPER(others.field_type) = 'VARIANT'
        )
    )
