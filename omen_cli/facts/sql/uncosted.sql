-- SKUs that sold in the observed window without a known cost, and those that no inventory item matches.
SELECT sales.sku, SUM(gross) AS gross, BOOL_OR(item_sku IS NULL) AS is_unlisted, BOOL_OR(is_uncosted) AS is_uncosted
FROM sales
INNER JOIN windows ON windows.name = 'observed' AND sales.day >= windows.first_day AND sales.day < windows.end_day
WHERE is_uncosted OR sales.item_sku IS NULL
GROUP BY sales.sku
