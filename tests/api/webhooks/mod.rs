//! Webhooks and the stream.

mod cloud_events;
mod deliveries;
mod delivery_log;
mod killed;
mod messages;
mod oracle;
pub mod payloads;
pub mod receiver;
mod stream;
mod webhook;
