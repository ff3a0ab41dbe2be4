//! Webhooks, the outbox of messages, and their deliveries. A message starts at
//! [`outbox::add`], in the transaction of the change that it reports. Only committed
//! rows receive positions; deliveries are leased, not locked.

pub mod deliveries;
pub mod delivery_lines;
mod failing;
pub mod outbox;
mod webhook;

pub use failing::{FailingWebhook, failing};
pub use webhook::*;
