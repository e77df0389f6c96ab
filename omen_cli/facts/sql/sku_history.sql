-- Of each SKU with a line up to the end of the observed window, or after it where the stock on hand knows of it: what
-- it sold in the velocity window (not before the item was first seen) and on how many days, the days of its first and
-- last sale, and what it sold after the window.
SELECT
    sales.item_sku IS NOT NULL AS is_item,
    COALESCE(sales.item_sku, sales.sku) AS sku,
    SUM(CASE WHEN is_recent THEN units ELSE 0 END) AS velocity_units,
    COUNT(DISTINCT CASE WHEN is_recent THEN last_sale END) AS sale_days,
    MIN(CASE WHEN is_past THEN first_sale END) AS first_sale,
    MAX(CASE WHEN is_past THEN last_sale END) AS last_sale,
    SUM(CASE WHEN is_past THEN 0 ELSE units END) AS units_after
FROM (
    SELECT
        sales.*,
        sales.day < velocity.end_day AS is_past,
        sales.day >= velocity.first_day AND sales.day < velocity.end_day
            AND (items.first_seen IS NULL OR sales.day >= items.first_seen) AS is_recent
    FROM sales
    LEFT JOIN items ON items.sku = sales.item_sku
    CROSS JOIN (SELECT first_day, end_day FROM windows WHERE name = 'velocity') AS velocity
) AS sales
GROUP BY 1, 2
ORDER BY 1, 2
