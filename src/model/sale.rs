//! Sales: how they are paid.

use serde::{Deserialize, Serialize};

/// How a sale is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PaymentMethod {
    /// Notes and coins; the only one that is rounded to coins in circulation.
    Cash,
    /// The national QR standard.
    Qris,
    /// Bank transfer.
    Transfer,
    /// On the customer's account, to be paid later.
    Debt,
}

impl PaymentMethod {
    /// As stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cash => "cash",
            Self::Qris => "qris",
            Self::Transfer => "transfer",
            Self::Debt => "debt",
        }
    }

    /// The reverse of [`PaymentMethod::as_str`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Cash, Self::Qris, Self::Transfer, Self::Debt]
            .into_iter()
            .find(|method| method.as_str() == text)
    }
}
