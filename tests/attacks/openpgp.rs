//! Signed mail: what is signed for one thing and used for another, by keys that are of no use, or together with what nobody signed.
//! On the core: GnuPG signs, time is a value.

use std::path::Path;
use std::sync::Arc;

use pgp::composed::{Deserializable, DetachedSignature, SignedPublicKey};
use pgp::packet::{Subpacket, SubpacketData};
use pgp::ser::Serialize;
use pgp::types::KeyDetails;
use postamt::authority::openpgp::Certificate;
use postamt::authority::{Checked, Purpose, Signer, Token};
use postamt::config::Config;
use postamt::desk::Ticket;
use postamt::desk::people::{Agent, AgentId, Language};
use postamt::intake::SourceKey;
use postamt::mail::understood::understand;
use postamt::mail::{Address, Span, Timestamp, parse};
use postamt::office::{Arrival, Office};
use postamt::outbox::Outcome;
use postamt::store::{AgentKey, Listing, OutgoingId, Which};

use crate::support::gpg::{Gpg, entity, multipart};

/// An office with a queue, and two agents with a key each.
struct Core {
    office: Office,
    config: Config,
    gpg: Gpg,
    anna: Person,
    jens: Person,
    now: Timestamp,
    mails: u32,
    _folder: tempfile::TempDir,
}

#[derive(Clone)]
struct Person {
    id: AgentId,
    address: String,
    key: String,
}

const CONFIG: &str = r#"
[site]
name = "Example"
language = "en"
postmaster = "postmaster@example.org"
[store]
path = "postamt.db"
[smtp]
url = "maildir:out"
[security]
accept = ["token", "openpgp"]
[[mailbox]]
name = "support"
url = "maildir:support"
queue = "support"
[[queue]]
name = "support"
kind = "support"
address = "support@example.org"
"#;

impl Core {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::read(CONFIG, Path::new("postamt.toml"), folder.path()).unwrap();
        let now = postamt::clock::now();
        let mut office = Office::open(&config, now).unwrap();
        let gpg = Gpg::new();
        let mut person = |name: &str| {
            let address = format!("{name}@agents.example");
            let agent = Agent {
                id: AgentId(0),
                name: name.into(),
                display: name.into(),
                addresses: vec![Address::parse(&address).unwrap()],
                queues: vec!["support".into()],
                language: Language::En,
                active: true,
                receipts: true,
                taken_notices: true,
                reach: Default::default(),
                tokens_since: now,
                created_at: now,
            };
            let id = office.add_agent(agent, now).unwrap().id;
            Person { id, key: gpg.key(&format!("{name} <{address}>"), "ed25519"), address }
        };
        let (anna, jens) = (person("anna"), person("jens"));
        let mut core = Self { office, config, gpg, anna, jens, now, mails: 0, _folder: folder };
        for person in [core.anna.clone(), core.jens.clone()] {
            let public = core.gpg.public(&person.key);
            core.registers(&person, &public);
        }
        core
    }

    fn registers(&mut self, person: &Person, public: &[u8]) {
        let certificate = Certificate::read(public).unwrap();
        let key = AgentKey {
            agent: person.id,
            fingerprint: certificate.fingerprint(),
            certificate: certificate.octets().unwrap(),
            added_at: self.now,
        };
        self.office
            .store
            .transaction(|tx| tx.save_agent_key(&key))
            .unwrap_or_else(|e: postamt::store::StoreError| panic!("{e}"));
    }

    /// A customer's mail that opens a ticket.
    fn ticket(&mut self) -> Ticket {
        let text = "Content-Type: text/plain\r\n\r\nIt does not work.\r\n";
        self.takes("sue@example.net", "Help", text);
        self.tickets().pop().unwrap()
    }

    fn tickets(&self) -> Vec<Ticket> {
        let every = Listing { queues: None, which: Which::Every, limit: 100 };
        let mut tickets: Vec<Ticket> =
            self.office.store.list(&every).unwrap().into_iter().map(|l| l.ticket).collect();
        tickets.sort_by_key(|ticket| ticket.number);
        tickets
    }

    fn owner(&self, ticket: &Ticket) -> Option<AgentId> {
        self.office.store.ticket(ticket.id).unwrap().unwrap().owner()
    }

    /// A mail with this content, from `Content-Type` on; the events of the mails that follow.
    fn takes(&mut self, from: &str, subject: &str, content: &str) -> Vec<String> {
        self.takes_to("support@example.org", from, subject, content)
    }

    fn takes_to(&mut self, to: &str, from: &str, subject: &str, content: &str) -> Vec<String> {
        self.mails += 1;
        let raw = format!(
            "From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\nDate: {}\r\nMessage-ID: <{}@agents.example>\r\nMIME-Version: 1.0\r\n{content}",
            self.now.utc().to_rfc2822(),
            self.mails
        );
        let key =
            SourceKey::Imap { mailbox: Arc::from("support"), uid_validity: 1, uid: self.mails };
        let arrival = Arrival {
            mailbox: "support".into(),
            role: self.config.mailbox("support").unwrap().role.clone(),
            key,
            received_at: self.now,
            understood: understand(raw.as_bytes(), &self.office.clerk.limits)
                .map_err(|e| e.to_string()),
            struck: None,
            raw: raw.into_bytes(),
            checked: Checked::default(),
            is_old: false,
        };
        self.office.take_in(&[arrival], self.now).unwrap();
        let mut events = Vec::new();
        for handover in self.office.outgoing(self.now, 100, &[]).unwrap() {
            let id = OutgoingId(u32::try_from(handover.id).unwrap());
            events.push(self.office.store.outgoing(id).unwrap().unwrap().event);
            parse(&handover.message, &self.office.clerk.limits).unwrap();
            self.office.handed_over(&[(id, Outcome::Accepted)], self.now).unwrap();
        }
        events
    }

    /// In the name of Anna, about a ticket by its tag.
    fn takes_of_anna(&mut self, about: &Ticket, content: &str) -> Vec<String> {
        let (from, subject) = (self.anna.address.clone(), tag(about));
        self.takes(&from, &subject, content)
    }

    fn mime(&self, key: &str, text: &str) -> String {
        let part = entity(text);
        multipart(&part, &self.gpg.signature(key, part.as_bytes(), &[]))
    }

    fn armour(&self, key: &str, text: &str) -> String {
        self.gpg.clear_signed(key, text, &[]).replace('\n', "\r\n")
    }

    /// Whatever was tried, Anna is asked, and the ticket is nobody's.
    #[track_caller]
    fn asked(&self, ticket: &Ticket, events: &[String]) {
        assert_eq!(self.owner(ticket), None, "{events:?}");
        let quarantined = self.office.store.quarantine().unwrap();
        assert_eq!(events, ["challenge"], "{quarantined:?}");
    }
}

fn tag(ticket: &Ticket) -> String {
    format!("[Ticket#{}]", ticket.number)
}

fn lock(ticket: &Ticket) -> String {
    format!("#lock\n\n{}\n", tag(ticket))
}

fn plain(text: &str) -> String {
    format!("Content-Type: text/plain; charset=utf-8\r\n\r\n{text}")
}

#[test]
fn a_signature_on_one_ticket_commands_no_other() {
    let mut core = Core::open();
    let (signed_for, other) = (core.ticket(), core.ticket());
    let kept = core.mime(&core.anna.key, &lock(&signed_for));
    let events = core.takes_of_anna(&other, &kept);
    core.asked(&other, &events);
    assert_eq!(core.owner(&signed_for), None);
    // Where it was signed for, it counts.
    core.takes_of_anna(&signed_for, &kept);
    assert_eq!(core.owner(&signed_for), Some(core.anna.id));
}

#[test]
fn a_signed_text_that_names_no_ticket_commands_none() {
    let mut core = Core::open();
    let ticket = core.ticket();
    let signed = core.mime(&core.anna.key, "#lock\n");
    let events = core.takes_of_anna(&ticket, &signed);
    core.asked(&ticket, &events);
}

#[test]
fn a_signed_mail_to_somebody_else_is_no_command_when_they_send_it_on() {
    let mut core = Core::open();
    let ticket = core.ticket();
    let part = entity(&format!("What do you think of {}?\n", tag(&ticket)));
    let part = format!("From: anna@agents.example\r\nTo: Jens <jens@agents.example>\r\n{part}");
    let signed = multipart(&part, &core.gpg.signature(&core.anna.key, part.as_bytes(), &[]));
    let events = core.takes_of_anna(&ticket, &signed);
    core.asked(&ticket, &events);
}

#[test]
fn a_signed_mail_that_is_sent_again_finds_nothing() {
    let mut core = Core::open();
    let ticket = core.ticket();
    let signed = core.mime(&core.anna.key, &lock(&ticket));
    core.takes_of_anna(&ticket, &signed);
    assert_eq!(core.owner(&ticket), Some(core.anna.id));
    let unlock = core.armour(&core.anna.key, &format!("#unlock\n\n{}\n", tag(&ticket)));
    core.takes_of_anna(&ticket, &plain(&unlock));
    assert_eq!(core.owner(&ticket), None);
    // With another Message-ID, and wrapped in another way.
    let events = core.takes_of_anna(&ticket, &signed.replace("=-signed-=", "other"));
    core.asked(&ticket, &events);
}

#[test]
fn a_part_that_is_added_below_the_signed_one_undoes_the_signature() {
    let mut core = Core::open();
    let ticket = core.ticket();
    let signed = core.mime(&core.anna.key, &lock(&ticket));
    let added = "--=-signed-=\r\nContent-Type: text/plain\r\n\r\n#close\r\n--=-signed-=--\r\n";
    let events = core.takes_of_anna(&ticket, &signed.replace("--=-signed-=--\r\n", added));
    core.asked(&ticket, &events);
}

#[test]
fn a_part_that_is_added_above_the_signed_one_undoes_the_signature() {
    let mut core = Core::open();
    let ticket = core.ticket();
    let signed = core.mime(&core.anna.key, &lock(&ticket));
    let wrapped = format!(
        "Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: text/plain\r\n\r\n#close\r\n--o\r\n{signed}"
    );
    let events = core.takes_of_anna(&ticket, &wrapped);
    core.asked(&ticket, &events);
}

#[test]
fn a_signed_mail_within_a_forwarded_one_proves_nobody() {
    let mut core = Core::open();
    let ticket = core.ticket();
    let signed = core.mime(&core.anna.key, &lock(&ticket));
    let forwarded = format!(
        "Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: text/plain\r\n\r\n#lock\r\n\
         --o\r\nContent-Type: message/rfc822\r\n\r\nFrom: {}\r\nMIME-Version: 1.0\r\n{signed}\r\n--o--\r\n",
        core.anna.address
    );
    let events = core.takes_of_anna(&ticket, &forwarded);
    core.asked(&ticket, &events);
}

#[test]
fn a_signed_block_within_a_quote_proves_nobody() {
    let mut core = Core::open();
    let ticket = core.ticket();
    let block = core.armour(&core.anna.key, &lock(&ticket));
    let quoted: String = block.lines().map(|line| format!("> {line}\r\n")).collect();
    let events = core.takes_of_anna(&ticket, &plain(&quoted));
    core.asked(&ticket, &events);
}

#[test]
fn words_above_a_signed_block_command_nothing() {
    let mut core = Core::open();
    let ticket = core.ticket();
    let block = core.armour(&core.anna.key, &lock(&ticket));
    let events = core.takes_of_anna(&ticket, &plain(&format!("#close\r\n\r\n{block}")));
    core.asked(&ticket, &events);
}

#[test]
fn words_below_a_signed_block_command_nothing() {
    let mut core = Core::open();
    let ticket = core.ticket();
    let block = core.armour(&core.anna.key, &lock(&ticket));
    let events = core.takes_of_anna(&ticket, &plain(&format!("{block}\r\n#close\r\n")));
    core.asked(&ticket, &events);
}

#[test]
fn words_in_a_header_of_a_signed_block_command_nothing() {
    let mut core = Core::open();
    let ticket = core.ticket();
    let block = core.armour(&core.anna.key, &lock(&ticket));
    let smuggled = block.replace("\r\nHash: ", "\r\nComment: #close\r\nHash: ");
    assert_ne!(smuggled, block);
    let events = core.takes_of_anna(&ticket, &plain(&smuggled));
    core.asked(&ticket, &events);
}

#[test]
fn a_colleagues_key_signs_for_the_colleague_alone() {
    let mut core = Core::open();
    let ticket = core.ticket();
    let signed = core.mime(&core.jens.key, &lock(&ticket));
    let events = core.takes_of_anna(&ticket, &signed);
    core.asked(&ticket, &events);
}

/// A signature of one's own that says it was another key's.
fn with_issuer(signature: &str, public: &[u8]) -> String {
    let (mut signature, _) = DetachedSignature::from_armor_single(signature.as_bytes()).unwrap();
    let (key, _) = SignedPublicKey::from_armor_single(public).unwrap();
    let issuer = SubpacketData::IssuerKeyId(key.primary_key.legacy_key_id());
    signature.signature.unhashed_subpacket_push(Subpacket::regular(issuer).unwrap()).unwrap();
    signature.to_armored_string(Default::default()).unwrap()
}

#[test]
fn a_key_with_the_agents_name_that_nobody_registered_proves_nobody() {
    let mut core = Core::open();
    let ticket = core.ticket();
    let eves = core.gpg.key(&format!("anna <{}> (new)", core.anna.address), "ed25519");
    let part = entity(&lock(&ticket));
    let by_eve = core.gpg.signature(&eves, part.as_bytes(), &[]);
    let events = core.takes_of_anna(&ticket, &multipart(&part, &by_eve));
    core.asked(&ticket, &events);
    // Even where the signature says that it is by the registered one.
    let forged = with_issuer(&by_eve, &core.gpg.public(&core.anna.key));
    let events = core.takes_of_anna(&ticket, &multipart(&part, &forged));
    core.asked(&ticket, &events);
}

#[test]
fn words_that_are_changed_after_signing_command_nothing() {
    let mut core = Core::open();
    let ticket = core.ticket();
    let signed = core.mime(&core.anna.key, &format!("#note\n\n{}\n", tag(&ticket)));
    let events = core.takes_of_anna(&ticket, &signed.replace("#note", "#lock"));
    core.asked(&ticket, &events);
}

#[test]
fn a_key_that_has_expired_proves_nobody() {
    let mut core = Core::open();
    let ticket = core.ticket();
    let key = core.gpg.key_with("short", "ed25519", "seconds=3600", &[]);
    let (anna, public) = (core.anna.clone(), core.gpg.public(&key));
    core.registers(&anna, &public);
    let signed = core.mime(&key, &lock(&ticket));
    core.now = core.now.plus(Span::hours(2));
    let events = core.takes_of_anna(&ticket, &signed);
    core.asked(&ticket, &events);
}

#[test]
fn a_key_that_is_revoked_proves_nobody() {
    let mut core = Core::open();
    let ticket = core.ticket();
    let signed = core.mime(&core.anna.key, &lock(&ticket));
    core.gpg.revoke(&core.anna.key);
    let (anna, public) = (core.anna.clone(), core.gpg.public(&core.anna.key));
    core.registers(&anna, &public);
    let events = core.takes_of_anna(&ticket, &signed);
    core.asked(&ticket, &events);
}

#[test]
fn a_key_that_is_removed_proves_nobody() {
    let mut core = Core::open();
    let ticket = core.ticket();
    let signed = core.mime(&core.anna.key, &lock(&ticket));
    let (id, key) = (core.anna.id, core.anna.key.clone());
    let removed: Result<bool, postamt::store::StoreError> =
        core.office.store.transaction(|tx| tx.remove_agent_key(id, &key));
    assert!(removed.unwrap());
    let events = core.takes_of_anna(&ticket, &signed);
    core.asked(&ticket, &events);
}

#[test]
fn a_short_rsa_key_proves_nobody() {
    let mut core = Core::open();
    let ticket = core.ticket();
    let key = core.gpg.key("short", "rsa1024");
    let (anna, public) = (core.anna.clone(), core.gpg.public(&key));
    core.registers(&anna, &public);
    let signed = core.mime(&key, &lock(&ticket));
    let events = core.takes_of_anna(&ticket, &signed);
    core.asked(&ticket, &events);
}

#[test]
fn a_dsa_key_proves_nobody() {
    let mut core = Core::open();
    let ticket = core.ticket();
    let key = core.gpg.key("old", "dsa2048");
    let (anna, public) = (core.anna.clone(), core.gpg.public(&key));
    core.registers(&anna, &public);
    let signed = core.mime(&key, &lock(&ticket));
    let events = core.takes_of_anna(&ticket, &signed);
    core.asked(&ticket, &events);
}

#[test]
fn a_signature_with_sha_1_proves_nobody() {
    let mut core = Core::open();
    let ticket = core.ticket();
    let key = core.gpg.key("anna", "rsa2048");
    let (anna, public) = (core.anna.clone(), core.gpg.public(&key));
    core.registers(&anna, &public);
    let part = entity(&lock(&ticket));
    let weak = core.gpg.signature(&key, part.as_bytes(), &["--digest-algo", "SHA1"]);
    let events = core.takes_of_anna(&ticket, &multipart(&part, &weak));
    core.asked(&ticket, &events);
}

#[test]
fn a_subkey_that_somebody_else_bound_to_their_key_signs_not_for_them() {
    let mut core = Core::open();
    let ticket = core.ticket();
    let key = core.gpg.key("anna", "ed25519");
    let sub = core.gpg.add_signing_subkey(&key);
    // As if the subkey was taken from elsewhere: it does not say that it belongs here.
    let (mut taken, _) = SignedPublicKey::from_armor_single(&core.gpg.public(&key)[..]).unwrap();
    let binding = &mut taken.public_subkeys[0].signatures[0];
    let says = |part: &Subpacket| matches!(part.data, SubpacketData::EmbeddedSignature(_));
    let at = binding.config().unwrap().unhashed_subpackets.iter().position(says).unwrap();
    binding.unhashed_subpacket_remove(at).unwrap();
    let anna = core.anna.clone();
    core.registers(&anna, &taken.to_bytes().unwrap());
    let signed = core.mime(&format!("{sub}!"), &lock(&ticket));
    let events = core.takes_of_anna(&ticket, &signed);
    core.asked(&ticket, &events);
}

#[test]
fn a_signed_mail_that_was_held_back_for_days_proves_nobody() {
    let mut core = Core::open();
    let ticket = core.ticket();
    let signed = core.mime(&core.anna.key, &lock(&ticket));
    core.now = core.now.plus(Span::hours(25));
    let events = core.takes_of_anna(&ticket, &signed);
    core.asked(&ticket, &events);
}

#[test]
fn a_signature_from_the_future_proves_nobody() {
    let mut core = Core::open();
    let ticket = core.ticket();
    let part = entity(&lock(&ticket));
    let later = core.now.plus(Span::days(30)).0.to_string();
    let more = ["--faked-system-time", later.as_str()];
    let signature = core.gpg.signature(&core.anna.key, part.as_bytes(), &more);
    let events = core.takes_of_anna(&ticket, &multipart(&part, &signature));
    core.asked(&ticket, &events);
}

/// The address that a notification gives an agent.
fn token_address(signer: &Signer, agent: AgentId, ticket: &Ticket, issued: Timestamp) -> String {
    let token = Token { purpose: Purpose::Reply, agent: Some(agent), subject: ticket.id.0, issued };
    format!("support+{}@example.org", signer.sign(&token))
}

#[test]
fn a_token_of_before_revoke_tokens_proves_nobody() {
    let mut core = Core::open();
    let ticket = core.ticket();
    let (id, now, from) = (core.anna.id, core.now, core.anna.address.clone());
    let kept = token_address(&core.office.clerk.signer, id, &ticket, now);
    let revoked: Result<bool, postamt::store::StoreError> =
        core.office.store.transaction(|tx| tx.revoke_tokens(id, now));
    assert!(revoked.unwrap());
    // As the daemon notices it.
    core.office.clerk.rules.agents = core.office.store.agents().unwrap();
    let events = core.takes_to(&kept, &from, "Re: Help", &plain("#lock\r\n"));
    core.asked(&ticket, &events);
}

#[test]
fn who_has_the_old_key_file_signs_nothing_after_a_rotation() {
    let mut core = Core::open();
    let ticket = core.ticket();
    let stolen = Signer::new(&core.office.store.key().subkey("tokens"));
    let (id, from) = (core.anna.id, core.anna.address.clone());
    core.office.store.rotate_key(core.now, true).unwrap();
    core.office.look_again(core.now).unwrap();
    core.now = core.now.plus(Span::hours(1));
    let forged = token_address(&stolen, id, &ticket, core.now);
    core.office.clerk.signer = signer(&core.office);
    let events = core.takes_to(&forged, &from, "Re: Help", &plain("#lock\r\n"));
    assert_eq!(core.owner(&ticket), None, "{events:?}");
}

#[test]
fn after_a_leak_no_token_of_the_old_key_counts() {
    let mut core = Core::open();
    let ticket = core.ticket();
    let (id, from) = (core.anna.id, core.anna.address.clone());
    let kept = token_address(&core.office.clerk.signer, id, &ticket, core.now);
    core.office.store.rotate_key(core.now, false).unwrap();
    core.office.clerk.signer = signer(&core.office);
    let events = core.takes_to(&kept, &from, "Re: Help", &plain("#lock\r\n"));
    assert_eq!(core.owner(&ticket), None, "{events:?}");
}

#[test]
fn a_copy_of_the_key_file_made_later_holds_no_old_key() {
    let mut core = Core::open();
    core.office.store.rotate_key(core.now, true).unwrap();
    let before = core.office.store.key().file().metadata().unwrap().len();
    core.now = core.now.plus(Span::days(31));
    core.office.look_again(core.now).unwrap();
    let after = core.office.store.key().file().metadata().unwrap().len();
    assert_eq!((before, after), (72, 32));
}

/// As a daemon has it that was started now.
fn signer(office: &Office) -> Signer {
    let key = office.store.key();
    Signer::new(&key.subkey("tokens")).honouring(key.old_subkeys("tokens"))
}
