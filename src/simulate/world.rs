//! Goods: where they are, and every move that they can make. Nothing else changes a stock.

use super::network::{DistributorShortage, Network, UnmetDemand};
use super::roads::{Load, Roads};
use super::shelf::{KEEPS, Lot, Shelf};

/// All goods of a network on one day.
#[derive(Debug)]
pub struct World<'network> {
    network: &'network Network,
    roads: Roads,
    /// By pair: shop times products plus product.
    shops: Vec<ShopStock>,
    /// By product.
    distributor: Vec<DistributorStock>,
    /// By product.
    suppliers: Vec<SupplierStock>,
    /// By product: units at the beginning and all that was made since.
    came_in: Vec<i64>,
    /// By product: units that customers have taken.
    sold: Vec<i64>,
    /// By product: units that passed their date.
    wasted: Vec<i64>,
}

/// One product in one shop.
#[derive(Debug, Clone, Default)]
pub struct ShopStock {
    /// On hand.
    pub shelf: Shelf,
    /// Ordered from the distributor and not yet sent.
    pub on_order: i64,
    /// Sent and not yet here.
    pub in_transit: i64,
    /// Owed to customers.
    pub backordered: i64,
}

impl ShopStock {
    /// On hand + on order + in transit - backordered.
    #[must_use]
    pub fn position(&self) -> i64 {
        self.shelf.total() + self.on_order + self.in_transit - self.backordered
    }
}

/// One product at the distributor.
#[derive(Debug, Clone, Default)]
pub struct DistributorStock {
    /// On hand.
    pub shelf: Shelf,
    /// Ordered from the supplier, not yet here.
    pub on_order: i64,
    /// What shops have ordered and not been sent, the oldest first.
    pub claims: Vec<Claim>,
}

impl DistributorStock {
    /// On hand + on order - owed to shops.
    #[must_use]
    pub fn position(&self) -> i64 {
        let owed: i64 = self.claims.iter().map(|claim| claim.quantity).sum();
        self.shelf.total() + self.on_order - owed
    }
}

/// What the distributor owes a shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// The shop.
    pub shop: usize,
    /// Base units.
    pub quantity: i64,
}

/// One product at its supplier.
#[derive(Debug, Clone, Default)]
struct SupplierStock {
    stock: i64,
    /// Lots ordered and not yet sent, the oldest first.
    lots: Vec<i64>,
    /// The size of the last lot: what is made ahead where making takes time.
    usual_lot: i64,
}

/// What a day's selling came to for one pair.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Served {
    /// Given to customers of the day.
    pub at_once: i64,
    /// Not given.
    pub missing: i64,
}

impl<'network> World<'network> {
    /// With these units on hand at shops (by pair) and at the distributor (by product), all fresh on `day`.
    #[must_use]
    pub fn open(
        network: &'network Network,
        roads: Roads,
        day: u32,
        shops: &[i64],
        distributor: &[i64],
    ) -> Self {
        let products = network.products.len();
        let fresh = |product: usize, quantity: i64| {
            let mut shelf = Shelf::default();
            shelf.add(Lot {
                last_day: last_day(network, product, day),
                quantity,
            });
            shelf
        };
        let mut came_in = distributor.to_vec();
        for (pair, quantity) in shops.iter().enumerate() {
            came_in[pair % products] += quantity;
        }
        let shops = shops.iter().enumerate().map(|(pair, &quantity)| ShopStock {
            shelf: fresh(pair % products, quantity),
            ..ShopStock::default()
        });
        let distributor = distributor.iter().enumerate();
        Self {
            network,
            roads,
            shops: shops.collect(),
            distributor: distributor
                .map(|(product, &quantity)| DistributorStock {
                    shelf: fresh(product, quantity),
                    ..DistributorStock::default()
                })
                .collect(),
            suppliers: vec![SupplierStock::default(); products],
            came_in,
            sold: vec![0; products],
            wasted: vec![0; products],
        }
    }

    /// The network that the goods are in.
    #[must_use]
    pub fn network(&self) -> &'network Network {
        self.network
    }

    /// A product in a shop.
    #[must_use]
    pub fn shop(&self, shop: usize, product: usize) -> &ShopStock {
        &self.shops[shop * self.network.products.len() + product]
    }

    /// All pairs: shop times products plus product.
    #[must_use]
    pub fn pairs(&self) -> &[ShopStock] {
        &self.shops
    }

    /// A product at the distributor.
    #[must_use]
    pub fn distributor(&self, product: usize) -> &DistributorStock {
        &self.distributor[product]
    }

    /// Finished units of a product at its supplier.
    #[must_use]
    pub fn at_supplier(&self, product: usize) -> i64 {
        self.suppliers[product].stock
    }

    /// Draws the day's lead times.
    pub fn begin_day(&mut self) {
        self.roads.begin_day();
    }

    /// Brings in everything that is due at the distributor on `day` or before.
    pub fn receive_at_distributor(&mut self, day: u32) {
        let (network, distributor) = (self.network, &mut self.distributor);
        self.roads.supplied(day, |product, load| {
            let place = &mut distributor[product];
            place.on_order -= load.lot.quantity;
            // The shelf life begins when the goods come in, not when they were made.
            place.shelf.add(Lot {
                last_day: last_day(network, product, day),
                ..load.lot
            });
        });
    }

    /// Brings in everything that is due at shops on `day` or before, telling the pair of each delivered product.
    /// Customers who wait are served from it at once.
    pub fn receive_at_shops(&mut self, day: u32, mut delivered: impl FnMut(usize)) {
        let products = self.network.products.len();
        let (shops, sold) = (&mut self.shops, &mut self.sold);
        self.roads.delivered(day, |shop, load| {
            let pair = shop * products + load.product;
            let place = &mut shops[pair];
            place.in_transit -= load.lot.quantity;
            place.shelf.add(load.lot);
            delivered(pair);
            if place.backordered > 0 {
                let served = place.shelf.take(place.backordered, |_| ());
                place.backordered -= served;
                sold[load.product] += served;
            }
        });
    }

    /// Notes what a shop wants from the distributor, behind what was wanted before.
    pub fn claim(&mut self, shop: usize, product: usize, quantity: i64) {
        let pair = shop * self.network.products.len() + product;
        self.shops[pair].on_order += quantity;
        self.distributor[product]
            .claims
            .push(Claim { shop, quantity });
    }

    /// Sends shops what `shares` gives each claim on a product, cut to the claim and to what is there, and returns
    /// nothing but the shops that got something through `sent`. What is not sent stays owed, or is forgotten.
    pub fn dispatch(
        &mut self,
        day: u32,
        product: usize,
        shares: &[i64],
        mut sent: impl FnMut(usize),
    ) {
        let products = self.network.products.len();
        let forgotten = self.network.distributor_shortage == DistributorShortage::Cancelled;
        let place = &mut self.distributor[product];
        let (roads, shops) = (&mut self.roads, &mut self.shops);
        for (claim, &share) in place.claims.iter_mut().zip(shares) {
            let stock = &mut shops[claim.shop * products + product];
            let wanted = share.clamp(0, claim.quantity);
            let got = place.shelf.take(wanted, |lot| {
                roads.send_to_shop(
                    day,
                    claim.shop,
                    Load {
                        product,
                        lot,
                        arrives: 0,
                    },
                );
            });
            stock.in_transit += got;
            stock.on_order -= got;
            claim.quantity -= got;
            if got > 0 {
                sent(claim.shop);
            }
            if forgotten {
                stock.on_order -= claim.quantity;
                claim.quantity = 0;
            }
        }
        place.claims.retain(|claim| claim.quantity > 0);
    }

    /// Orders a lot from a product's supplier.
    pub fn order_lot(&mut self, product: usize, quantity: i64) {
        self.distributor[product].on_order += quantity;
        let supplier = &mut self.suppliers[product];
        supplier.lots.push(quantity);
        supplier.usual_lot = quantity;
    }

    /// Suppliers make goods and send whole lots, in the order of the orders. One that can make any quantity makes each
    /// lot on the day that it is ordered; another makes so many a day until a usual lot lies ready beyond what is owed.
    pub fn produce(&mut self, day: u32) {
        for (product, supplier) in self.suppliers.iter_mut().enumerate() {
            let owed: i64 = supplier.lots.iter().sum();
            let made = match self.network.products[product].production_per_day {
                None => owed,
                Some(rate) => rate.min((owed + supplier.usual_lot - supplier.stock).max(0)),
            };
            supplier.stock += made;
            self.came_in[product] += made;
            let mut sent = 0;
            while let Some(&lot) = supplier.lots.get(sent) {
                if lot > supplier.stock {
                    break;
                }
                supplier.stock -= lot;
                sent += 1;
                let lot = Lot {
                    last_day: KEEPS,
                    quantity: lot,
                };
                let from = self.network.products[product].supplier;
                self.roads.send_to_distributor(
                    day,
                    from,
                    Load {
                        product,
                        lot,
                        arrives: 0,
                    },
                );
            }
            supplier.lots.drain(..sent);
        }
    }

    /// Customers ask for so many units; what is not there is lost or owed to them.
    pub fn sell(&mut self, pair: usize, demand: i64) -> Served {
        let place = &mut self.shops[pair];
        let at_once = place.shelf.take(demand, |_| ());
        let missing = demand - at_once;
        if self.network.unmet_demand == UnmetDemand::Backordered {
            place.backordered += missing;
        }
        self.sold[pair % self.network.products.len()] += at_once;
        Served { at_once, missing }
    }

    /// Throws away what may not be sold after `day`: units by pair and by product at the distributor, through `wasted`.
    pub fn expire(&mut self, day: u32, mut wasted: impl FnMut(Place, i64)) {
        let products = self.network.products.len();
        for (pair, place) in self.shops.iter_mut().enumerate() {
            let units = place.shelf.expire(day);
            if units > 0 {
                self.wasted[pair % products] += units;
                wasted(Place::Shop { pair }, units);
            }
        }
        for (product, place) in self.distributor.iter_mut().enumerate() {
            let units = place.shelf.expire(day);
            if units > 0 {
                self.wasted[product] += units;
                wasted(Place::Distributor { product }, units);
            }
        }
    }

    /// For each product: what came in, and what is accounted for (sold, wasted, on hand anywhere, on the road). Each is
    /// counted by itself; they are equal as long as no move makes or loses goods.
    #[must_use]
    pub fn balances(&self) -> Vec<Balance> {
        let products = self.network.products.len();
        let mut accounted: Vec<i64> = (0..products)
            .map(|product| {
                self.sold[product]
                    + self.wasted[product]
                    + self.distributor[product].shelf.total()
                    + self.suppliers[product].stock
            })
            .collect();
        for (pair, place) in self.shops.iter().enumerate() {
            accounted[pair % products] += place.shelf.total();
        }
        self.roads.add_to(&mut accounted);
        let both = self.came_in.iter().zip(accounted);
        both.map(|(&came_in, accounted)| Balance { came_in, accounted })
            .collect()
    }
}

/// Where goods were wasted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In a shop.
    Shop {
        /// Shop times products plus product.
        pair: usize,
    },
    /// At the distributor.
    Distributor {
        /// The product.
        product: usize,
    },
}

/// What came in of a product and what is accounted for, in base units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Balance {
    /// Stock at the beginning and all that was made since.
    pub came_in: i64,
    /// Sold, wasted, on hand anywhere and on the road.
    pub accounted: i64,
}

fn last_day(network: &Network, product: usize, arrival: u32) -> u32 {
    network.products[product]
        .shelf_life_days
        .map_or(KEEPS, |days| arrival.saturating_add(days - 1))
}
