//! What can be found out about a mail on its way to the writer: what our own server's results say, and, for a mail in an agent's
//! name, what the DNS says of its domain (DKIM, DMARC, and SPF where it is sure who handed the mail over).
//!
//! An answer that does not come in time is no answer: nothing is proven by it, and nothing refuted. What the findings are worth
//! is judged in `authority`.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use mail_auth::common::verify::VerifySignature;
use mail_auth::dmarc::verify::DmarcParameters;
use mail_auth::hickory_resolver::config::{
    ConnectionConfig, NameServerConfig, ResolverConfig, ResolverOpts,
};
use mail_auth::hickory_resolver::system_conf::read_system_conf;
use mail_auth::spf::verify::SpfParameters;
use mail_auth::{
    AuthenticatedMessage, DkimResult, DmarcResult, MessageAuthenticator, SpfOutput, SpfResult,
};

use crate::authority::{Doubts, Verdict, aligned, authres, fields, received, signature};
use crate::config::{Config, Mailbox, Source, Way};
use crate::desk::why::Why;
use crate::mail::{EnvelopeSender, Mail, Span, Timestamp};
use crate::office::Arrival;
use crate::{clock, log};

/// A batch waits no longer for the DNS, however many of its mails ask.
const PATIENCE: Duration = Duration::from_secs(3);
/// For one question, asked twice at most.
const ONE_ANSWER: Duration = Duration::from_secs(1);
/// A DNS that was silent is left alone for so long: no mail must wait for it again and again.
const LEFT_ALONE: Span = Span::minutes(1);

/// Signatures of one mail that are looked at: each costs a question to somebody's server.
const MOST_SIGNATURES: usize = 3;

/// One for each mailbox; answers are remembered as long as they say themselves.
pub(super) struct Lookups {
    /// None where nothing is to be asked, or there is nobody to ask.
    dns: Option<Arc<MessageAuthenticator>>,
    /// Until then (seconds since 1970) nothing is asked.
    silent_until: AtomicI64,
    authserv_id: Option<String>,
    /// What stands in the mails' headers about their way was written by our server.
    has_own_header: bool,
}

impl Lookups {
    pub fn new(config: &Config, mailbox: &Mailbox) -> Self {
        let is_asked = config.security.accept.contains(&Way::Dkim);
        let dns = if is_asked { authenticator(config) } else { None };
        Self {
            dns: dns.map(Arc::new),
            silent_until: AtomicI64::new(i64::MIN),
            authserv_id: config.security.authserv_id.clone(),
            has_own_header: matches!(mailbox.source, Source::Imap(_)) || mailbox.trust_results,
        }
    }

    /// Whether mails in an agent's name are worth a question.
    pub fn asks(&self) -> bool {
        self.dns.is_some()
    }

    /// What our server has written into the mail.
    pub fn read_results(&self, arrival: &mut Arrival) {
        let Some(authserv_id) = self.authserv_id.as_deref().filter(|_| self.has_own_header) else {
            return;
        };
        let Ok(understood) = &arrival.understood else { return };
        let Some(from) = only_domain(&understood.mail) else { return };
        let mut said = authres::read(&arrival.raw, authserv_id, &from);
        if !said.is_empty() {
            let doubts = Doubts::about(&arrival.raw, &understood.mail, &from, clock::now());
            said.retain(|verdict| doubts.of(verdict).is_none());
        }
        arrival.checked.by_server = said;
    }

    /// Asks the DNS about all of these at once, and waits for a moment.
    pub async fn ask(&self, arrivals: &mut [Arrival], is_agents: &[bool]) {
        let Some(dns) = &self.dns else { return };
        let now = clock::now();
        if now.0 < self.silent_until.load(Ordering::Relaxed) {
            return;
        }
        let mut questions = tokio::task::JoinSet::new();
        for (at, (arrival, _)) in
            arrivals.iter().zip(is_agents).enumerate().filter(|(_, (_, asks))| **asks)
        {
            let Ok(understood) = &arrival.understood else { continue };
            let Some(from) = only_domain(&understood.mail) else { continue };
            let question = Question {
                raw: with_crlf(&arrival.raw),
                handed_over: self.handed_over(&arrival.raw, &understood.mail),
                mail: Mail {
                    headers: understood.mail.headers.clone(),
                    date: understood.mail.date,
                    ..Mail::default()
                },
                from,
                now,
            };
            let dns = Arc::clone(dns);
            questions.spawn(async move { (at, question.answer(&dns).await) });
        }
        let mut answers = Vec::new();
        let all = async {
            // One that panics has found out nothing.
            while let Some(answered) = questions.join_next().await {
                answers.extend(answered);
            }
        };
        if tokio::time::timeout(PATIENCE, all).await.is_err() {
            self.silent_until.store(now.plus(LEFT_ALONE).0, Ordering::Relaxed);
            log::dns_silent();
        }
        for (at, answer) in answers {
            let Some(arrival) = arrivals.get_mut(at) else { continue };
            arrival.checked.by_us = answer.verdicts;
            arrival.checked.not_by_us = answer.why_not;
            if let (true, Ok(understood)) = (answer.has_open_references, &mut arrival.understood) {
                understood.mail.references.clear();
            }
        }
    }

    /// Who handed the mail to our server, where its own Received says so beyond doubt.
    fn handed_over(&self, raw: &[u8], mail: &Mail) -> Option<HandedOver> {
        let authserv_id = self.authserv_id.as_deref().filter(|_| self.has_own_header)?;
        let entry = received::entry(&fields::fields(raw)).filter(|e| e.is_by(authserv_id))?;
        let client = entry.client.filter(|ip| is_public(*ip) && !entry.logged_in)?;
        let EnvelopeSender::Address(sender) = &mail.envelope_sender else { return None };
        Some(HandedOver { client, by: entry.by, sender: sender.key() })
    }
}

struct HandedOver {
    client: IpAddr,
    by: String,
    sender: String,
}

/// All that is needed to ask about one mail.
struct Question {
    raw: Vec<u8>,
    /// Header and date alone.
    mail: Mail,
    /// The domain in From, in lower case.
    from: String,
    handed_over: Option<HandedOver>,
    now: Timestamp,
}

#[derive(Default)]
struct Answer {
    verdicts: Vec<Verdict>,
    /// Of the last signature, where none counts.
    why_not: Option<Why>,
    /// The signature proves the mail, but not which threads it belongs to: anybody may have added those.
    has_open_references: bool,
}

impl Question {
    async fn answer(&self, dns: &MessageAuthenticator) -> Answer {
        let Some(mut message) = AuthenticatedMessage::parse_with_opts(&self.raw, None, false)
        else {
            return Answer::default();
        };
        // Nobody's DNS is asked but that of the domain itself: a stranger's could keep us waiting until it is too late.
        message.dkim_headers.retain(|signature| aligned(&signature.header.d, &self.from));
        message.dkim_headers.truncate(MOST_SIGNATURES);
        let signatures = dns.verify_dkim(&message).await;
        let spf = self.spf(dns).await;
        let unknown = SpfOutput::default();
        let dmarc = dns
            .verify_dmarc(DmarcParameters {
                message: &message,
                dkim_output: &signatures,
                dkim2_output: None,
                rfc5321_mail_from_domain: self
                    .handed_over
                    .as_ref()
                    .map_or("", |h| domain(&h.sender)),
                spf_output: spf.as_ref().unwrap_or(&unknown),
            })
            .await;
        let policy = dmarc.dmarc_record();
        let is_strict = policy.is_some_and(|p| p.adkim == mail_auth::dmarc::Alignment::Strict);
        let why_not = signatures.last().map(|output| match output.result() {
            DkimResult::Pass => Why::DomainPartly,
            DkimResult::TempError(_) => Why::DomainUnknown,
            _ => Why::DomainBroken,
        });
        let mut answer = Answer { why_not, ..Answer::default() };
        for output in signatures.iter().filter(|output| *output.result() == DkimResult::Pass) {
            let Some(signed) = output.signature() else { continue };
            let is_good = (!is_strict || signed.d.eq_ignore_ascii_case(&self.from))
                && signature::proves(signed, &self.mail, self.now).is_ok()
                && signature::is_said_once(&message, &self.mail)
                && !is_in_testing(dns, signed).await;
            if is_good {
                answer.verdicts.push(Verdict::DkimPass(signed.d.to_lowercase()));
                answer.has_open_references |= !signature::covers_references(signed);
            }
        }
        // SPF passes for whoever it passes: without it, nobody knows that the domain disowns the mail.
        let is_sure = spf.is_some_and(|spf| spf.result() != SpfResult::TempError)
            && policy.is_some()
            && !signatures.iter().any(|s| matches!(s.result(), DkimResult::TempError(_)));
        let has_failed =
            |result: &DmarcResult| matches!(result, DmarcResult::Fail(_) | DmarcResult::None);
        if is_sure && has_failed(dmarc.dkim_result()) && has_failed(dmarc.spf_result()) {
            answer.verdicts.push(Verdict::DmarcFail(self.from.clone()));
        }
        answer
    }

    /// None where nobody knows who handed it over. What another domain says of its own senders says nothing of this one.
    async fn spf(&self, dns: &MessageAuthenticator) -> Option<SpfOutput> {
        let handed = self.handed_over.as_ref()?;
        if !aligned(domain(&handed.sender), &self.from) {
            return Some(SpfOutput::default());
        }
        let (by, sender) = (handed.by.as_str(), handed.sender.as_str());
        let asked = SpfParameters::verify_mail_from(handed.client, domain(sender), by, sender);
        Some(dns.verify_spf(asked).await)
    }
}

/// A domain that is only trying it out does not answer for its mail (RFC 6376 section 3.6.1, `t=y`). Where that cannot be seen any
/// more, neither.
async fn is_in_testing(dns: &MessageAuthenticator, signed: &mail_auth::dkim::Signature) -> bool {
    let Ok(record) = dns.txt_raw_lookup(signed.domain_key()).await else { return true };
    let record = String::from_utf8_lossy(&record).into_owned();
    record.split(';').filter_map(|tag| tag.split_once('=')).any(|(name, flags)| {
        name.trim() == "t" && flags.split(':').any(|flag| flag.trim().eq_ignore_ascii_case("y"))
    })
}

fn authenticator(config: &Config) -> Option<MessageAuthenticator> {
    let (servers, mut options) = match &config.security.resolver {
        None => match read_system_conf() {
            Ok(system) => system,
            Err(error) => {
                log::no_resolver(&error);
                return None;
            }
        },
        Some(resolver) => {
            let address = resolver.0;
            let mut connections = vec![ConnectionConfig::udp(), ConnectionConfig::tcp()];
            for connection in &mut connections {
                connection.port = address.port();
            }
            let server = NameServerConfig::new(address.ip(), true, connections);
            (ResolverConfig::from_name_servers(vec![server]), ResolverOpts::default())
        }
    };
    options.timeout = ONE_ANSWER;
    options.attempts = 2;
    options.ndots = 0;
    match MessageAuthenticator::new(servers, options) {
        Ok(dns) => Some(dns),
        Err(error) => {
            log::no_resolver(&error);
            None
        }
    }
}

/// The domain of the one address in From, in lower case.
fn only_domain(mail: &Mail) -> Option<String> {
    match mail.from.as_slice() {
        [from] => Some(from.address.domain().to_lowercase()),
        _ => None,
    }
}

fn domain(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, domain)| domain)
}

/// Signatures are over lines that end in CR LF; files have them without.
fn with_crlf(raw: &[u8]) -> Vec<u8> {
    let raw = raw.trim_ascii_start();
    let mut lines = Vec::with_capacity(raw.len() + raw.len() / 32);
    let mut last = 0;
    for &octet in raw {
        if octet == b'\n' && last != b'\r' {
            lines.push(b'\r');
        }
        lines.push(octet);
        last = octet;
    }
    lines
}

/// An address inside of a house says nothing: whose server it was, SPF cannot know.
fn is_public(ip: IpAddr) -> bool {
    let is_inside = match ip {
        IpAddr::V4(ip) => {
            ip.is_private()
                || ip.is_loopback()
                || ip.is_link_local()
                || ip.is_unspecified()
                || matches!(ip.octets(), [100, 64..=127, ..])
        }
        IpAddr::V6(ip) => {
            ip.is_loopback()
                || ip.is_unspecified()
                || ip.is_unique_local()
                || ip.is_unicast_link_local()
        }
    };
    !is_inside
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_ends_as_it_did_when_it_was_signed() {
        assert_eq!(with_crlf(b"\nA: b\n\r\nx\r\n"), b"A: b\r\n\r\nx\r\n");
        assert_eq!(with_crlf(b"a\rb\n\n"), b"a\rb\r\n\r\n");
        assert_eq!(with_crlf(b""), b"");
    }

    #[test]
    fn an_address_of_a_house_is_not_asked_about() {
        for (ip, expected) in [
            ("192.0.2.7", true),
            ("2001:db8::1", true),
            ("127.0.0.1", false),
            ("10.1.2.3", false),
            ("100.64.0.1", false),
            ("100.63.0.1", true),
            ("169.254.1.1", false),
            ("::1", false),
            ("fe80::1", false),
            ("fd00::1", false),
        ] {
            assert_eq!(is_public(ip.parse().unwrap()), expected, "{ip}");
        }
    }
}
