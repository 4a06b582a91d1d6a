//! Parts of what `kulakan hub` takes.

use clap::ValueEnum;

/// What a file of the hub holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum HubImportWhat {
    /// sku,name,unit,price,cost and more
    Products,
    /// name and more
    Suppliers,
    /// cost, and for which shop and sku
    Costs,
    /// sku,supplier and more: rank, price, lead time and pack of each product at each supplier
    SupplierProducts,
    /// sku,line and more: what is made here
    Production,
    /// sku,name,unit and more: raw materials
    Materials,
    /// sku,material,quantity and optionally waste_percent
    Recipes,
    /// sku,quantity and for lots expires,lot: the distributor's own stock, opening balance or count
    Stock,
    /// order,customer,sku,quantity and more: orders of customers and shops
    Orders,
    /// shop and group: into which group of shops each comes; without a group, out of the one it is in
    Groups,
}
