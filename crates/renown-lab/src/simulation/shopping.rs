//! Orders and refunds.
//!
//! Buyers follow the BG/NBD model (Fader, Hardie and Lee, *"Counting Your
//! Customers" the Easy Way*, Marketing Science 2005). Orders come at a rate
//! that is Gamma-distributed over customers. After each order the customer
//! leaves for good with a probability that is Beta-distributed. The amount of
//! an order varies lognormally around the customer's own median.

use rust_decimal::Decimal;

use super::Stage;
use super::calendar::{DAY, HOUR, Second};
use super::dice::{Dice, Urn};
use super::log::{Log, Net};
use super::people::{Person, Shopper};
use super::topics::{TopicIndex, index_of};
use renown_core::domain::{Act, Attribute, Currency, Handle, Money, ObjectId, Topic};

/// The probability that an order is refunded, wholly or in part.
const REFUNDED: f64 = 0.05;
/// The spread of a customer's orders (standard deviation of the logarithm).
const SPREAD: f64 = 0.5;
/// The lowest and the highest amount of an order, in cents.
const CENTS: (f64, f64) = (500.0, 2_000_000.0);
/// The period of the rates, in seconds.
const SEASON: f64 = (120 * DAY) as f64;

/// Writes the orders of all people with a loyalty number.
pub(super) fn play(stage: &Stage<'_>, log: &mut Log, dice: &mut Dice) {
    let shelves = Urn::new(
        [
            ("hotels", 45.0),
            ("food", 20.0),
            ("nightlife", 15.0),
            ("music", 8.0),
            ("comedy", 5.0),
            ("golf", 4.0),
            ("poker", 3.0),
        ]
        .map(|(slug, share)| (index_of(slug), share)),
    );
    for person in stage.people {
        let account = person.account_on(Net::Shop.name());
        if let (Some(account), Some(shopper)) = (account, person.habits.shopper) {
            let mut till = Till {
                stage,
                log,
                dice,
                shelves: &shelves,
                buyer: account,
                shopper,
                currency: currency(person),
            };
            till.play();
        }
    }
}

/// Returns the currency of a person's country.
fn currency(person: &Person) -> Currency {
    let euro = match person.attributes.get("country") {
        Some(Attribute::Text(country)) => country == "DE" || country == "FR",
        _ => false,
    };
    Currency::parse(if euro { "EUR" } else { "USD" }).expect("both codes have three letters")
}

/// The orders of one customer.
#[derive(Debug)]
struct Till<'a> {
    stage: &'a Stage<'a>,
    log: &'a mut Log,
    dice: &'a mut Dice,
    shelves: &'a Urn<TopicIndex>,
    buyer: &'a Handle,
    shopper: Shopper,
    currency: Currency,
}

impl Till<'_> {
    fn play(&mut self) {
        // The minimum rate keeps the time to the next order finite.
        let mean = SEASON / self.shopper.orders.max(0.01);
        let mut at = self.dice.exponential(mean) as Second;
        while self.stage.calendar.contains(at) {
            self.order(at);
            if self.dice.chance(self.shopper.leaves) {
                break;
            }
            // Two orders are at least an hour apart.
            at += HOUR + self.dice.exponential(mean) as Second;
        }
    }

    fn order(&mut self, at: Second) {
        let cents = 100.0 * self.dice.lognormal(self.shopper.basket, SPREAD);
        let cents = cents.clamp(CENTS.0, CENTS.1) as i64;
        let shelf = self.shelves.draw(self.dice);
        let topics = self.stage.topics.named(shelf.as_slice());
        let order = self.log.new_object(Net::Shop);
        let act = Act::Purchase {
            buyer: self.buyer.clone(),
            amount: self.money(cents),
        };
        self.log.write(Net::Shop, at, Some(&order), &topics, act);
        if self.dice.chance(REFUNDED) {
            self.refund(at, cents, &order, &topics);
        }
    }

    fn refund(&mut self, ordered: Second, cents: i64, order: &ObjectId, topics: &[Topic]) {
        let at = ordered + self.dice.between(DAY, 14 * DAY);
        let returned = if self.dice.chance(0.7) {
            cents
        } else {
            self.dice.between(cents / 4, cents)
        };
        let act = Act::Refund {
            buyer: self.buyer.clone(),
            amount: self.money(returned),
        };
        self.log.write(Net::Shop, at, Some(order), topics, act);
    }

    fn money(&self, cents: i64) -> Money {
        Money::new(Decimal::new(cents, 2), self.currency.clone())
            .expect("an order costs at most 20,000.00")
    }
}
