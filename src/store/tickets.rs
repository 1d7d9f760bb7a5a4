//! Tickets: one row each, the whole as JSON, and columns for what is asked for.

use rusqlite::{Row, params};

use super::columns::Json;
use super::error::StoreError;
use super::{Reader, Tx};
use crate::desk::event::Earlier;
use crate::desk::people::AgentId;
use crate::desk::ticket::State;
use crate::desk::{Number, Ticket, TicketId};
use crate::mail::Timestamp;

/// Which tickets a listing shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listing<'a> {
    /// None: of all queues.
    pub queues: Option<&'a [String]>,
    pub which: Which,
    pub limit: u32,
}

/// All but the last are open ones, escalated first, then by priority and age.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    Free,
    OwnedBy(AgentId),
    Escalated,
    Open,
    /// Open or not, in the order they were made.
    Every,
}

/// How many there are of the open ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TicketFigures {
    pub open: u32,
    pub free: u32,
    pub escalated: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub ticket: Ticket,
    /// Its next deadline; None: never.
    pub due: Option<Timestamp>,
}

impl Reader {
    /// # Errors
    /// Where the store cannot be read; so for all questions.
    pub fn ticket(&self, id: TicketId) -> Result<Option<Ticket>, StoreError> {
        self.one("SELECT body FROM tickets WHERE id = ?1", [id], ticket)
    }

    pub fn ticket_by_number(&self, number: Number) -> Result<Option<Ticket>, StoreError> {
        self.one(BY_NUMBER, [number], ticket)
    }

    /// What `due` says of one ticket.
    pub fn listed(&self, number: Number) -> Result<Option<Listed>, StoreError> {
        self.one("SELECT body, due_at FROM tickets WHERE number = ?1", [number], listed)
    }

    /// Tickets with a deadline at or before this moment, the oldest deadline first.
    pub fn due(&self, at: Timestamp, limit: u32) -> Result<Vec<TicketId>, StoreError> {
        self.all(DUE, params![at, limit], |row| row.get(0))
    }

    pub fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.one(NEXT_DUE, [], |row| row.get(0))?.flatten())
    }

    /// Of this customer, by `Address::key`; the oldest first.
    pub fn open_tickets_of(&self, customer_key: &str) -> Result<Vec<TicketId>, StoreError> {
        self.all(OPEN_OF, [customer_key], |row| row.get(0))
    }

    /// Tickets of this customer or with this application address, newest first, at most ten.
    pub fn earlier(
        &self,
        customer_key: &str,
        except: TicketId,
    ) -> Result<Vec<Earlier>, StoreError> {
        self.all(EARLIER, params![customer_key, except], |row| {
            let ticket = ticket(row)?;
            Ok(Earlier {
                number: ticket.number,
                created_at: ticket.created_at,
                state: ticket.state.word(),
                step: ticket.application.map(|application| application.step),
            })
        })
    }

    /// The tickets an agent has, the oldest first.
    pub fn owned_by(&self, agent: AgentId) -> Result<Vec<TicketId>, StoreError> {
        self.all(OWNED_BY, [agent], |row| row.get(0))
    }

    /// The other ticket whose application has this login reserved, in any case of letters.
    pub fn reserved_by(&self, login: &str, except: TicketId) -> Result<Option<Number>, StoreError> {
        self.one(RESERVED_BY, params![login.to_lowercase(), except], |row| row.get(0))
    }

    pub fn list(&self, listing: &Listing<'_>) -> Result<Vec<Listed>, StoreError> {
        let mut tickets = Vec::new();
        self.each_listed(listing, |listed| {
            tickets.push(listed);
            Ok::<_, StoreError>(())
        })?;
        Ok(tickets)
    }

    /// Hands over one ticket after the other: memory does not grow with their number.
    ///
    /// # Errors
    /// Where the store cannot be read, or what `show` says.
    pub fn each_listed<E: From<StoreError>>(
        &self,
        listing: &Listing<'_>,
        show: impl FnMut(Listed) -> Result<(), E>,
    ) -> Result<(), E> {
        let sql = match listing.which {
            Which::Free | Which::OwnedBy(_) => LIST_BY_OWNER,
            Which::Escalated => LIST_ESCALATED,
            Which::Open => LIST_OPEN,
            Which::Every => LIST_EVERY,
        };
        let owner = match listing.which {
            Which::OwnedBy(agent) => Some(agent),
            Which::Free | Which::Escalated | Which::Open | Which::Every => None,
        };
        let parameters = params![listing.queues.map(Json), listing.limit, owner];
        self.each(sql, parameters, listed, show)
    }

    /// # Errors
    /// Where the store cannot be read.
    pub fn ticket_figures(&self) -> Result<TicketFigures, StoreError> {
        let figures = self.one(FIGURES, [], |row| {
            Ok(TicketFigures { open: row.get(0)?, free: row.get(1)?, escalated: row.get(2)? })
        })?;
        Ok(figures.unwrap_or_default())
    }
}

impl Tx<'_> {
    /// Writes a ticket, new or not, with the moment it is next due.
    ///
    /// # Errors
    /// A conflict where the number belongs to another ticket.
    pub fn save_ticket(&self, ticket: &Ticket, due: Option<Timestamp>) -> Result<(), StoreError> {
        let application = ticket.application.as_ref();
        let login = application.and_then(|a| a.login.as_deref()).map(str::to_lowercase);
        let reserved = ticket.reserved_login().map(str::to_lowercase);
        self.write(
            SAVE,
            params![
                ticket.id,
                ticket.number,
                ticket.queue,
                ticket.state.word(),
                !ticket.is_open(),
                ticket.owner(),
                ticket.customer.as_ref().map(|c| c.address.key()),
                application.and_then(|a| a.email.as_ref()).map(|e| e.key()),
                login,
                reserved,
                application.map(|a| a.step.word()),
                ticket.priority,
                ticket.is_escalated(),
                ticket.created_at,
                ticket.updated_at,
                due,
                Json(ticket),
                closed_at(ticket),
            ],
        )?;
        Ok(())
    }

    /// Puts right when a ticket is due; nothing else of it.
    pub fn set_due(&self, id: TicketId, due: Option<Timestamp>) -> Result<(), StoreError> {
        self.write("UPDATE tickets SET due_at = ?2 WHERE id = ?1", params![id, due]).map(drop)
    }

    /// Looks at a ticket again no sooner than at this moment.
    pub fn postpone(&self, id: TicketId, until: Timestamp) -> Result<(), StoreError> {
        self.set_due(id, Some(until))
    }
}

/// How long personal data are kept counts from here.
fn closed_at(ticket: &Ticket) -> Option<Timestamp> {
    match ticket.state {
        State::New | State::Open | State::Pending { .. } => None,
        State::Closed { at, .. } => Some(at),
        State::Merged { .. } => Some(ticket.updated_at),
    }
}

fn ticket(row: &Row<'_>) -> rusqlite::Result<Ticket> {
    row.get::<_, Json<Ticket>>("body").map(|json| json.0)
}

fn listed(row: &Row<'_>) -> rusqlite::Result<Listed> {
    Ok(Listed { ticket: ticket(row)?, due: row.get("due_at")? })
}

const SAVE: &str = "
    INSERT INTO tickets (id, number, queue, state, closed, owner, customer_key, email_key, login, reserved_login, step,
        priority, escalated, created_at, updated_at, due_at, body, closed_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
    ON CONFLICT (id) DO UPDATE SET (number, queue, state, closed, owner, customer_key, email_key, login, reserved_login,
        step, priority, escalated, created_at, updated_at, due_at, body, closed_at)
    = (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)";
pub(super) const BY_NUMBER: &str = "SELECT body FROM tickets WHERE number = ?1";
pub(super) const DUE: &str =
    "SELECT id FROM tickets WHERE due_at <= ?1 ORDER BY due_at, id LIMIT ?2";
pub(super) const NEXT_DUE: &str = "SELECT min(due_at) FROM tickets WHERE due_at IS NOT NULL";
pub(super) const OPEN_OF: &str =
    "SELECT id FROM tickets WHERE customer_key = ?1 AND closed = 0 ORDER BY id";
pub(super) const EARLIER: &str = "
    SELECT body FROM tickets WHERE (customer_key = ?1 OR email_key = ?1) AND id <> ?2 ORDER BY id DESC LIMIT 10";
pub(super) const OWNED_BY: &str =
    "SELECT id FROM tickets WHERE owner = ?1 AND closed = 0 ORDER BY id";
pub(super) const RESERVED_BY: &str =
    "SELECT number FROM tickets WHERE reserved_login = ?1 AND id <> ?2 LIMIT 1";

// All with the same parameters. ?1: a list of queues as JSON, or NULL for all; ?2: the limit; ?3: the owner, NULL where none
// is asked for.
pub(super) const LIST_BY_OWNER: &str = "
    SELECT body, due_at FROM tickets
    WHERE closed = 0 AND owner IS ?3 AND (?1 IS NULL OR queue IN (SELECT value FROM json_each(?1)))
    ORDER BY escalated DESC, priority, id LIMIT ?2";
pub(super) const LIST_ESCALATED: &str = "
    SELECT body, due_at FROM tickets
    WHERE closed = 0 AND escalated = 1 AND ?3 IS NULL AND (?1 IS NULL OR queue IN (SELECT value FROM json_each(?1)))
    ORDER BY priority, id LIMIT ?2";
pub(super) const LIST_OPEN: &str = "
    SELECT body, due_at FROM tickets
    WHERE closed = 0 AND ?3 IS NULL AND (?1 IS NULL OR queue IN (SELECT value FROM json_each(?1)))
    ORDER BY escalated DESC, priority, id LIMIT ?2";
pub(super) const LIST_EVERY: &str = "
    SELECT body, due_at FROM tickets
    WHERE ?3 IS NULL AND (?1 IS NULL OR queue IN (SELECT value FROM json_each(?1)))
    ORDER BY id LIMIT ?2";
const FIGURES: &str = "
    SELECT count(*), count(*) FILTER (WHERE owner IS NULL), count(*) FILTER (WHERE escalated = 1) FROM tickets WHERE closed = 0";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::application::{Application, Step};
    use crate::desk::ticket::{Escalation, Lock, Outcome};
    use crate::store::tests::{NOON, address, fresh, new_ticket};

    const fn later(seconds: i64) -> Timestamp {
        Timestamp(NOON.0 + seconds)
    }

    #[test]
    fn numbers_of_a_day_count_up_and_pass_over_known_ones() {
        let mut fresh = fresh();
        let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        fresh.does(|tx| {
            let imported =
                Ticket { id: TicketId(900), number: Number::new(day, 2), ..new_ticket(tx)? };
            tx.save_ticket(&imported, None)
        });
        let numbers =
            fresh.does(|tx| Ok([tx.next_ticket(day)?, tx.next_ticket(day.succ_opt().unwrap())?]));
        assert_eq!(numbers[0].1, Number::new(day, 3));
        assert_eq!(numbers[1].1, Number::new(day.succ_opt().unwrap(), 1));
        assert!(numbers[0].0 < numbers[1].0);
    }

    #[test]
    fn a_ticket_is_found_by_its_number_as_it_was_saved_last() {
        let mut fresh = fresh();
        let ticket = Ticket { priority: 1, ..fresh.ticket() };
        fresh.does(|tx| tx.save_ticket(&ticket, Some(later(5))));
        assert_eq!(fresh.store.ticket_by_number(ticket.number).unwrap().as_ref(), Some(&ticket));
        let listed = fresh.store.listed(ticket.number).unwrap();
        assert_eq!(listed, Some(Listed { ticket, due: Some(later(5)) }));
        assert_eq!(fresh.store.ticket_by_number(Number(1)).unwrap(), None);
    }

    #[test]
    fn deadlines_come_in_their_order_and_not_before_their_time() {
        let mut fresh = fresh();
        assert_eq!(fresh.store.next_due().unwrap(), None);
        let tickets = [fresh.ticket(), fresh.ticket(), fresh.ticket()];
        fresh.does(|tx| {
            tx.save_ticket(&tickets[0], Some(later(20)))?;
            tx.save_ticket(&tickets[1], Some(later(10)))
        });
        let store = &fresh.store;
        assert_eq!(store.next_due().unwrap(), Some(later(10)));
        assert_eq!(store.due(later(9), 9).unwrap(), []);
        assert_eq!(store.due(later(10), 9).unwrap(), [tickets[1].id]);
        assert_eq!(store.due(later(99), 9).unwrap(), [tickets[1].id, tickets[0].id]);
        assert_eq!(store.due(later(99), 1).unwrap(), [tickets[1].id]);
    }

    #[test]
    fn a_listing_shows_escalated_and_urgent_tickets_first() {
        let mut fresh = fresh();
        let anna = fresh.agent("anna").id;
        let [plain, urgent, escalated, owned, closed, other] = [(); 6].map(|()| fresh.ticket());
        let lock =
            Lock { owner: anna, since: NOON, alive_at: NOON, customer_wrote: false, warned: false };
        let changed = [
            Ticket { priority: 1, ..urgent.clone() },
            Ticket { escalation: Escalation::Since(NOON), priority: 5, ..escalated.clone() },
            Ticket { lock: Some(lock), ..owned.clone() },
            Ticket { state: State::Closed { outcome: Outcome::Fail, at: NOON }, ..closed.clone() },
            Ticket { queue: "support".to_owned(), ..other.clone() },
        ];
        fresh.does(|tx| changed.iter().try_for_each(|ticket| tx.save_ticket(ticket, None)));

        let antrag = ["antrag".to_owned()];
        let shown = |queues, which, limit| -> Vec<TicketId> {
            let listed = fresh.store.list(&Listing { queues, which, limit }).unwrap();
            listed.into_iter().map(|listed| listed.ticket.id).collect()
        };
        for (queues, which, expected) in [
            (Some(antrag.as_slice()), Which::Free, vec![escalated.id, urgent.id, plain.id]),
            (None, Which::Free, vec![escalated.id, urgent.id, plain.id, other.id]),
            (None, Which::OwnedBy(anna), vec![owned.id]),
            (Some(&antrag), Which::Escalated, vec![escalated.id]),
            (Some(&antrag), Which::Open, vec![escalated.id, urgent.id, plain.id, owned.id]),
            (Some(&[]), Which::Open, vec![]),
            (
                None,
                Which::Every,
                vec![plain.id, urgent.id, escalated.id, owned.id, closed.id, other.id],
            ),
        ] {
            assert_eq!(shown(queues, which, 99), expected, "{queues:?} {which:?}");
        }
        assert_eq!(shown(None, Which::Open, 1), [escalated.id]);
        let figures = TicketFigures { open: 5, free: 4, escalated: 1 };
        assert_eq!(fresh.store.ticket_figures().unwrap(), figures);
        assert_eq!(fresh.store.owned_by(anna).unwrap(), [owned.id]);
        let of_jo = fresh.store.open_tickets_of("jo@example.net").unwrap();
        assert_eq!(of_jo, [plain.id, urgent.id, escalated.id, owned.id, other.id]);
    }

    #[test]
    fn earlier_tickets_are_the_customers_or_applications_for_their_address() {
        let mut fresh = fresh();
        let (first, mine, second) = (fresh.ticket(), fresh.ticket(), fresh.ticket());
        let applied = Application {
            step: Step::Expired,
            email: Some(address("JO@example.net")),
            ..Application::received(NOON)
        };
        let by_form = Ticket { customer: None, application: Some(applied), ..second };
        fresh.does(|tx| tx.save_ticket(&by_form, None));

        let earlier = fresh.store.earlier("jo@example.net", mine.id).unwrap();
        let found: Vec<_> = earlier.iter().map(|e| (e.number, e.state, e.step)).collect();
        assert_eq!(
            found,
            [(by_form.number, "new", Some(Step::Expired)), (first.number, "new", None)]
        );

        fresh.does(|tx| (0..12).try_for_each(|_| tx.save_ticket(&new_ticket(tx)?, None)));
        assert_eq!(fresh.store.earlier("jo@example.net", mine.id).unwrap().len(), 10);
        assert_eq!(fresh.store.earlier("jo2@example.net", mine.id).unwrap(), []);
    }

    #[test]
    fn a_login_is_reserved_by_the_application_that_waits_for_its_yes() {
        let mut fresh = fresh();
        let (ticket, other) = (fresh.ticket(), fresh.ticket());
        let waiting = Application {
            step: Step::VerificationSent,
            login: Some("Jo".to_owned()),
            ..Application::received(NOON)
        };
        let expired = Application { step: Step::Expired, ..waiting.clone() };
        for (application, reserved) in [(waiting, Some(ticket.number)), (expired, None)] {
            let ticket = Ticket { application: Some(application), ..ticket.clone() };
            fresh.does(|tx| tx.save_ticket(&ticket, None));
            assert_eq!(fresh.store.reserved_by("JO", other.id).unwrap(), reserved);
            assert_eq!(fresh.store.reserved_by("jo", ticket.id).unwrap(), None);
        }
    }
}
