//! Webhooks: the outbox, the webhooks that want its messages, and their deliveries.
//! A message starts at [`outbox::add`], in the transaction of what it tells. Positions
//! are given to committed rows only; deliveries are leased, not locked.

pub mod deliveries;
pub mod delivery_lines;
pub mod outbox;
mod webhook;

pub use webhook::*;
