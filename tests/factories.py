"""Two small stores, written by hand: what they have in stock, what they sold, and the stores.yaml that names them.

Orders lie in every week from 2025-12-08 to 2026-01-18, so that a weekly snapshot has a period before it. Weekly as of
2026-01-09 NJWeedWizard sold for 389.00 gross, 23.00 of it discounts, in 3 orders; CaliCannabis for 287.00, 8.00, 3.
"""

from pathlib import Path

STORES = ("NJWeedWizard", "CaliCannabis")

STORES_YAML = """\
version: 1
data: data
defaults: {timezone: America/New_York, currency: USD, locale: en_US, timeframes: [weekly]}
stores:
  NJWeedWizard:
    name: NJ Weed Wizard
    recipients: [owner@njweedwizard.example]
    sources:
      inventory: {path: exports/NJWeedWizard/inventory.csv}
      orders: {path: "exports/NJWeedWizard/orders-*.csv"}
  CaliCannabis:
    name: California Cannabis Co
    timezone: America/Los_Angeles
    recipients: [owner@calicannabis.example]
    sources:
      inventory: {path: exports/CaliCannabis/inventory.csv}
      orders: {path: "exports/CaliCannabis/orders-*.csv"}
"""

INVENTORY = {
    "NJWeedWizard": """\
sku,name,unit,category,on_hand,unit_cost,unit_price,visible,first_seen
BD-8,Blue Dream,eighth,Flower,40,15.00,35.00,true,2025-06-01
GG-4,Gorilla Glue,quarter,Flower,12,18.00,60.00,true,2025-06-01
SD-1,Sour Diesel,gram,Flower,4,9.00,12.00,true,2025-09-15
GD-C,Granddaddy cartridge,each,Vape,60,10.00,30.00,true,2025-06-01
OG-Z,OG Kush,ounce,Flower,3,100.00,180.00,true,2025-06-01
GM-10,"Gummies, mixed fruit",pack,Edible,25,,22.00,true,2025-11-20
""",
    "CaliCannabis": """\
sku,name,unit,category,on_hand,unit_cost,unit_price,visible,first_seen
PE-8,Pineapple Express,eighth,Flower,22,14.00,32.00,true,2025-05-01
WW-8,White Widow,eighth,Flower,9,16.00,40.00,true,2025-05-01
JH-4,Jack Herer,quarter,Flower,55,30.00,65.00,true,2025-05-01
CB-1,"Chocolate bar ""dark"", 70 %",each,Edible,18,4.00,20.00,true,2025-08-01
TN-30,Tincture 30 ml,each,Tincture,0,12.00,45.00,false,2025-05-01
PR-5,Pre-rolls,pack,Pre-roll,31,11.00,25.00,true,2025-10-10
""",
}

ORDERS = {
    "NJWeedWizard": """\
order_id,line_id,ordered_at,sku,unit,quantity,unit_price,discount,status
1001,1,2025-12-09T11:05:00-05:00,BD-8,eighth,2,35.00,0.00,paid
1002,1,2025-12-16T17:40:00-05:00,GG-4,quarter,1,60.00,6.00,paid
1003,1,2025-12-23T12:15:00-05:00,GD-C,each,3,30.00,0.00,paid
1004,1,2025-12-30T19:30:00-05:00,BD-8,eighth,1,35.00,0.00,paid
1005,1,2026-01-05T10:20:00-05:00,BD-8,eighth,3,35.00,5.00,paid
1005,2,2026-01-05T10:20:00-05:00,GM-10,pack,2,22.00,0.00,paid
1006,1,2026-01-07T15:55:00-05:00,SD-1,gram,5,12.00,0.00,paid
1007,1,2026-01-09T20:10:00-05:00,GD-C,each,1,30.00,0.00,void
1008,1,2026-01-09T21:45:00-05:00,OG-Z,ounce,1,180.00,18.00,paid
1009,1,2026-01-13T13:00:00-05:00,BD-8,eighth,2,35.00,0.00,paid
1010,1,2026-01-14T09:30:00-05:00,SD-1,gram,-1,12.00,0.00,paid
1011,1,2026-01-18T16:25:00-05:00,GG-4,quarter,2,60.00,0.00,paid
""",
    "CaliCannabis": """\
order_id,line_id,ordered_at,sku,unit,quantity,unit_price,discount,status
A-1,1,2025-12-10T12:00:00-08:00,PE-8,eighth,4,32.00,0.00,paid
A-2,1,2025-12-17T18:20:00-08:00,WW-8,eighth,1,40.00,0.00,paid
A-3,1,2025-12-26T14:10:00-08:00,JH-4,quarter,2,65.00,13.00,paid
A-4,1,2026-01-02T11:45:00-08:00,PR-5,pack,6,25.00,0.00,paid
A-5,1,2026-01-06T16:30:00-08:00,CB-1,each,5,20.00,0.00,paid
A-5,2,2026-01-06T16:30:00-08:00,PE-8,eighth,1,32.00,0.00,paid
A-6,1,2026-01-08T19:05:00-08:00,WW-8,eighth,2,40.00,8.00,paid
A-7,1,2026-01-09T22:50:00-08:00,PR-5,pack,3,25.00,0.00,paid
A-8,1,2026-01-15T10:00:00-08:00,PE-8,eighth,2,32.00,0.00,paid
A-9,1,2026-01-18T17:35:00-08:00,CB-1,each,1,20.00,0.00,paid
""",
}


def write_two_stores(folder: Path) -> Path:
    """Write stores.yaml and both stores' exports into `folder`; return the path of stores.yaml."""
    for store in STORES:
        exports = folder / "exports" / store
        exports.mkdir(parents=True)
        (exports / "inventory.csv").write_text(INVENTORY[store], encoding="utf-8")
        (exports / "orders-2026-01.csv").write_text(ORDERS[store], encoding="utf-8")
    config = folder / "stores.yaml"
    config.write_text(STORES_YAML, encoding="utf-8")
    return config
