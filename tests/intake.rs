//! Mail comes in from a real Dovecot, and what is settled is put away there.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and waits with a bound"
)]

mod support;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use postamt::intake::{
    Arrived, Backoff, Bounds, Disposal, ImapSettings, ImapSource, IntakeError, Password, Security,
    Source,
};
use postamt::mail::Timestamp;
use postamt::mail::timestamp::Span;
use support::dovecot::{BARE, WITHOUT_MOVE};
use support::rig::{Account, Rig, wait_for};

#[test]
fn a_mail_to_a_subaddress_arrives_and_what_cannot_be_delivered_bounces() {
    let rig = Rig::shared();
    let (jo, antrag) = (rig.account_at("jo", "mail.test"), rig.account("antrag"));
    let token = antrag.address.replace('@', "+token@");
    for to in [token.as_str(), "nobody@onn.test", "jo@nowhere.invalid"] {
        submit(&rig, &jo.address, to);
    }
    let mail = text(&wait_for("the mail", || antrag.inbox().pop()));
    assert!(mail.contains(&format!("Delivered-To: {token}")), "{mail}");
    let dsns = wait_for("two DSNs", || Some(jo.inbox()).filter(|mails| mails.len() == 2));
    let dsns: String = dsns.iter().map(|raw| text(raw)).collect();
    for said in ["Status: 5.1.1", "Status: 5.4.4", "nobody@onn.test", "Return-Path: <>"] {
        assert!(dsns.contains(said), "{said} is not in {dsns}");
    }
}

#[tokio::test]
async fn mail_is_handed_out_once_and_moved_to_the_folder_of_its_month() {
    let rig = Rig::shared();
    let account = rig.account("antrag");
    let mut source = ImapSource::open(settings(&rig, &account)).await.unwrap();
    assert!(source.next_batch().await.unwrap().is_empty());

    account.received_at(b"Subject: one\r\n\r\n1\r\n", date(1_795_421_528)); // 2026-11-23
    account.received_at(b"Subject: two\r\n\r\n2\r\n", date(1_797_000_000)); // 2026-12-11
    account.received_at(b"Subject: bad\r\n\r\n3\r\n", date(1_797_000_001));
    account.received_at(b"Subject: stays\r\n\r\n4\r\n", date(1_797_000_002));
    let batch = next_batch(&mut source).await.unwrap();
    let raws: Vec<&[u8]> = batch.iter().map(|one| one.raw.as_slice()).collect();
    assert_eq!(raws[0], b"Subject: one\r\n\r\n1\r\n");
    assert_eq!(batch[0].received_at, Timestamp(1_795_421_528));
    assert_eq!((batch[0].size_octets, batch[0].truncated), (raws[0].len() as u64, false));
    assert!(source.next_batch().await.unwrap().is_empty(), "nothing is handed out twice");

    use Disposal::{Leave, Processed, Quarantine};
    settle(&mut source, &batch, &[Processed, Processed, Quarantine, Leave]).await.unwrap();
    assert_eq!(account.folder("Processed/2026-11").unwrap(), [raws[0]]);
    assert_eq!(account.folder("Processed/2026-12").unwrap(), [raws[1]]);
    assert_eq!(account.folder("Quarantine").unwrap(), [raws[2]]);
    assert_eq!(account.inbox(), [raws[3]]);
    assert!(source.next_batch().await.unwrap().is_empty(), "what is left is left");
    let subscribed = std::fs::read_to_string(account.maildir.join("subscriptions")).unwrap();
    assert!(subscribed.contains("2026-12") && subscribed.contains("Quarantine"), "{subscribed}");

    // The same connection goes on when somebody has removed the folder.
    std::fs::remove_dir_all(account.maildir.join(".Processed.2026-11")).unwrap();
    account.received_at(b"Subject: late\r\n\r\n", date(1_795_421_529));
    let batch = next_batch(&mut source).await.unwrap();
    settle(&mut source, &batch, &[Processed]).await.unwrap();
    assert_eq!(account.folder("Processed/2026-11").unwrap().len(), 1);

    // What was left is seen again by the next connection.
    source.close().await;
    let mut source = ImapSource::open(settings(&rig, &account)).await.unwrap();
    assert_eq!(source.next_batch().await.unwrap().len(), 1);
}

#[tokio::test]
async fn mail_is_moved_also_where_the_server_knows_no_move() {
    for host in [WITHOUT_MOVE, BARE] {
        let rig = Rig::shared();
        let account = rig.account("antrag");
        account.receives(b"Subject: one\r\n\r\n");
        account.receives(b"Subject: two\r\n\r\n");
        let settings =
            ImapSettings { host: host.into(), poll: Span::secs(1), ..settings(&rig, &account) };
        let mut source = ImapSource::open(settings).await.unwrap();
        let batch = source.next_batch().await.unwrap();
        settle(&mut source, &batch, &[Disposal::Quarantine]).await.unwrap();
        assert_eq!(account.folder("Quarantine").unwrap().len(), 1, "{host}");
        assert_eq!(account.inbox(), [b"Subject: two\r\n\r\n"], "{host}");
        // Where there is no IDLE either, the poll finds what is new.
        account.receives(b"Subject: three\r\n\r\n");
        assert_eq!(next_mail(&mut source).await.unwrap(), ["three"], "{host}");
    }
}

#[tokio::test]
async fn a_mail_somebody_marked_deleted_survives_where_only_a_bare_expunge_is_known() {
    let rig = Rig::shared();
    let account = rig.account("antrag");
    account.receives(b"Subject: ours\r\n\r\n");
    account.receives(b"Subject: marked\r\n\r\n");
    let settings = ImapSettings { host: BARE.into(), ..settings(&rig, &account) };
    let mut source = ImapSource::open(settings.clone()).await.unwrap();
    let batch = source.next_batch().await.unwrap();
    // A person deletes a mail in their client.
    let query = ["mailbox", "INBOX", "subject", "marked"];
    let words = [&["flags", "add", "-u", &account.user, "\\Deleted"][..], &query].concat();
    rig.dovecot.doveadm(&words).unwrap();
    settle(&mut source, &batch[..1], &[Disposal::Quarantine]).await.unwrap();
    assert_eq!(account.folder("Quarantine").unwrap(), [b"Subject: ours\r\n\r\n"]);
    assert_eq!(account.inbox().len(), 2, "both stay, both marked");
    let mut again = ImapSource::open(settings).await.unwrap();
    assert!(again.next_batch().await.unwrap().is_empty(), "what is marked is not mail any more");
}

#[tokio::test]
async fn tls_works_from_the_start_and_by_starttls_with_a_private_authority() {
    let rig = Rig::shared();
    let account = rig.account("antrag");
    account.receives(b"Subject: hello\r\n\r\n");
    for (security, port, host) in [
        (Security::StartTls, rig.dovecot.imap_port, "localhost"),
        (Security::Tls, rig.dovecot.imaps_port, "localhost"),
        (Security::Tls, rig.dovecot.imaps_port, "127.0.0.1"),
    ] {
        let trusting = ImapSettings {
            security,
            port,
            host: host.into(),
            ca_file: Some(rig.ca_file()),
            ..settings(&rig, &account)
        };
        let mut source = ImapSource::open(trusting.clone()).await.unwrap();
        assert_eq!(source.next_batch().await.unwrap().len(), 1, "{security:?} {host}");
        source.close().await;

        for ca_file in [Some(rig.foreign_ca_file()), None] {
            let refused = ImapSettings { ca_file, ..trusting.clone() };
            let error = ImapSource::open(refused).await.unwrap_err();
            assert!(matches!(error, IntakeError::Tls { .. }), "{error}");
            assert!(!error.is_temporary() && error.to_string().contains("ca_file"), "{error}");
        }
        // The certificate is not made for this name, although it is this machine.
        let error = ImapSource::open(ImapSettings { host: WITHOUT_MOVE.into(), ..trusting }).await;
        assert!(matches!(error, Err(IntakeError::Tls { .. })));
    }
}

#[tokio::test]
async fn what_is_wrong_with_the_settings_is_said() {
    let rig = Rig::shared();
    let account = rig.account("antrag");
    let right = settings(&rig, &account);
    let missing = rig.ca_file().with_file_name("missing.pem");
    let no_certificate = rig.ca_file().with_file_name("server.key");
    let tls =
        ImapSettings { security: Security::Tls, port: rig.dovecot.imaps_port, ..right.clone() };
    let cases = [
        (
            ImapSettings { password: Password::new("wrong".into()), ..right.clone() },
            vec![
                "log-in of antrag",
                "refused by 127.0.0.1",
                "AUTHENTICATIONFAILED",
                "password_file",
            ],
        ),
        (
            ImapSettings { password: Password::new("fälsch".into()), ..right.clone() },
            vec!["log-in of antrag", "AUTHENTICATIONFAILED"],
        ),
        (ImapSettings { ca_file: Some(missing), ..tls.clone() }, vec!["missing.pem"]),
        (
            ImapSettings { ca_file: Some(no_certificate), ..tls.clone() },
            vec!["server.key", "no certificate"],
        ),
        (ImapSettings { port: rig.dovecot.imap_port, ..tls.clone() }, vec!["no TLS with"]),
    ];
    for (wrong, words) in cases {
        let error = ImapSource::open(wrong).await.unwrap_err();
        for word in words {
            assert!(error.to_string().contains(word), "{word}: {error}");
        }
        assert!(!error.is_temporary(), "{error}");
        assert!(!error.to_string().contains("wrong") && !error.to_string().contains("fälsch"));
    }
    // The other port's greeting never comes in plain.
    let mute = ImapSettings { silence: Span::secs(1), port: rig.dovecot.imaps_port, ..right };
    let error = ImapSource::open(mute).await.unwrap_err();
    assert!(matches!(error, IntakeError::Silent { .. }) && error.is_temporary(), "{error}");
}

#[tokio::test]
async fn a_password_that_is_not_ascii_works() {
    let rig = Rig::shared();
    let account = rig.account("antrag");
    rig.dovecot.add_user("umlaut", "pässwort").unwrap();
    let settings = ImapSettings {
        user: "umlaut".into(),
        password: Password::new("pässwort".into()),
        ..settings(&rig, &account)
    };
    ImapSource::open(settings).await.unwrap();
}

#[tokio::test]
async fn batches_are_bounded_and_large_mail_comes_cut() {
    let rig = Rig::shared();
    let account = rig.account("antrag");
    let large = format!("Subject: large\r\n\r\n{}", "0123456789abcdef\r\n".repeat(10_000));
    for number in 0..7 {
        account.receives(format!("Subject: {number}\r\n\r\n{}", "x".repeat(1_000)).as_bytes());
    }
    account.receives(large.as_bytes());
    account.receives(b"Subject: last\r\n\r\n");
    let bounds = Bounds { size_octets: 100_000, batch_messages: 5, batch_octets: 4_000 };
    let settings = ImapSettings { bounds, ..settings(&rig, &account) };
    let mut source = ImapSource::open(settings).await.unwrap();
    let mut batches = vec![source.next_batch().await.unwrap()];
    while batches.iter().map(Vec::len).sum::<usize>() < 9 {
        // More is known to be there: this does not wait.
        bounded(source.wait()).await.unwrap();
        batches.push(source.next_batch().await.unwrap());
    }
    let sizes: Vec<usize> = batches.iter().map(Vec::len).collect();
    assert_eq!(sizes, [3, 2, 2, 1, 1]);
    let cut = &batches[3][0];
    assert!(cut.truncated);
    assert_eq!(cut.size_octets, large.len() as u64);
    assert_eq!(cut.raw, &large.as_bytes()[..65_536]);
    let all: Vec<Arrived> = batches.concat();
    settle(&mut source, &all, &[Disposal::Quarantine; 9]).await.unwrap();
    assert!(account.inbox().is_empty());
    let kept = account.folder("Quarantine").unwrap();
    assert!(kept.iter().any(|raw| raw == large.as_bytes()), "moved whole");
}

#[tokio::test]
async fn several_hundred_mails_come_in_the_order_they_arrived() {
    let rig = Rig::shared();
    let account = rig.account("antrag");
    for number in 0..600 {
        account.receives(format!("Subject: {number}\r\n\r\nbody\r\n").as_bytes());
    }
    let mut source = ImapSource::open(settings(&rig, &account)).await.unwrap();
    let mut seen = Vec::new();
    for expected in [256, 256, 88, 0] {
        let batch = source.next_batch().await.unwrap();
        assert_eq!(batch.len(), expected);
        seen.extend(batch.iter().map(subject));
        settle(&mut source, &batch, &vec![Disposal::Processed; batch.len()]).await.unwrap();
    }
    assert_eq!(seen, (0..600).map(|number| number.to_string()).collect::<Vec<_>>());
    assert!(account.inbox().is_empty());
}

#[tokio::test]
async fn idle_tells_of_new_mail_and_the_connection_stays_fit() {
    let rig = Rig::shared();
    let account = rig.account("antrag");
    // The poll never comes in this test: only IDLE can end the waiting.
    let mut source = ImapSource::open(settings(&rig, &account)).await.unwrap();
    for round in ["one", "two", "three"] {
        assert!(source.next_batch().await.unwrap().is_empty());
        {
            // Waiting may be broken off, as a shutdown or a signal does.
            let mut waiting = std::pin::pin!(source.wait());
            for _ in 0..3 {
                assert!(
                    tokio::time::timeout(Duration::from_millis(5), &mut waiting).await.is_err()
                );
            }
        }
        account.receives(format!("Subject: {round}\r\n\r\n").as_bytes());
        assert_eq!(next_mail(&mut source).await.unwrap(), [round]);
    }
}

#[tokio::test]
async fn an_idle_is_begun_anew_and_a_poll_ends_the_waiting() {
    let rig = Rig::shared();
    let account = rig.account("antrag");
    let settings =
        ImapSettings { idle: Span::secs(1), poll: Span::secs(3), ..settings(&rig, &account) };
    let mut source = ImapSource::open(settings).await.unwrap();
    assert!(source.next_batch().await.unwrap().is_empty());
    bounded(source.wait()).await.unwrap();
    assert!(source.next_batch().await.unwrap().is_empty(), "there was nothing but the poll");
    account.receives(b"Subject: late\r\n\r\n");
    assert_eq!(next_mail(&mut source).await.unwrap(), ["late"]);
}

#[tokio::test]
async fn mail_from_before_stays_where_it_is_and_is_counted() {
    let rig = Rig::shared();
    let account = rig.account("antrag");
    let since = 1_795_421_528;
    for (subject, at) in [
        ("ancient", since - 9 * 86_400),
        ("day before", since - 1),
        ("first", since),
        ("next", since + 9),
    ] {
        account.received_at(format!("Subject: {subject}\r\n\r\n").as_bytes(), date(at));
    }
    let settings = ImapSettings { since: Some(Timestamp(since)), ..settings(&rig, &account) };
    let mut source = ImapSource::open(settings).await.unwrap();
    assert_eq!(source.left_behind(), 1, "what is older by days is counted at once");
    let batch = source.next_batch().await.unwrap();
    assert_eq!(batch.iter().map(subject).collect::<Vec<_>>(), ["first", "next"]);
    settle(&mut source, &batch, &[Disposal::Processed; 2]).await.unwrap();
    assert!(source.next_batch().await.unwrap().is_empty());
    assert_eq!(source.left_behind(), 2);
    assert_eq!(account.inbox().len(), 2);
}

#[tokio::test]
async fn after_a_restart_of_the_server_unsettled_mail_comes_again() {
    let rig = Rig::alone();
    let account = rig.account("antrag");
    account.receives(b"Subject: one\r\n\r\n");
    let mut source = ImapSource::open(settings(&rig, &account)).await.unwrap();
    let first = source.next_batch().await.unwrap();
    assert_eq!(first.len(), 1);
    assert!(source.next_batch().await.unwrap().is_empty());

    rig.stop_dovecot();
    let error = bounded(source.wait()).await.unwrap_err();
    assert!(error.is_temporary(), "{error}");
    let error = settle(&mut source, &first, &[Disposal::Processed]).await.unwrap_err();
    assert!(error.is_temporary(), "{error}");
    let error = ImapSource::open(settings(&rig, &account)).await.unwrap_err();
    assert!(matches!(error, IntakeError::Unreachable { .. }), "{error}");
    assert_eq!(Backoff::default().failed(), Span::secs(1));

    rig.start_dovecot();
    let mut source = ImapSource::open(settings(&rig, &account)).await.unwrap();
    // Nothing it did not hand out itself is moved.
    settle(&mut source, &first, &[Disposal::Processed]).await.unwrap();
    let again = source.next_batch().await.unwrap();
    assert_eq!(again, first, "the same key, the same octets");
    settle(&mut source, &again, &[Disposal::Processed]).await.unwrap();
    assert!(account.inbox().is_empty());
}

/// Nothing but the test itself ends a wait with these.
fn settings(rig: &Rig, account: &Account) -> ImapSettings {
    ImapSettings {
        mailbox: "antrag".into(),
        host: "127.0.0.1".into(),
        port: rig.dovecot.imap_port,
        security: Security::Plain,
        user: account.user.clone(),
        password: Password::new(account.password.clone()),
        ca_file: None,
        processed: "Processed/{year}-{month}".into(),
        quarantine: "Quarantine".into(),
        since: None,
        bounds: Bounds::default(),
        poll: Span::hours(1),
        idle: Span::hours(1),
        silence: Span::secs(20),
    }
}

/// Waits and looks until there is mail.
async fn next_batch(source: &mut ImapSource) -> Result<Vec<Arrived>, IntakeError> {
    bounded(async {
        loop {
            let batch = source.next_batch().await?;
            if !batch.is_empty() {
                return Ok(batch);
            }
            source.wait().await?;
        }
    })
    .await
}

async fn next_mail(source: &mut ImapSource) -> Result<Vec<String>, IntakeError> {
    Ok(next_batch(source).await?.iter().map(subject).collect())
}

async fn bounded<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), work).await.expect("it took longer than 30 s")
}

async fn settle(
    source: &mut ImapSource,
    batch: &[Arrived],
    disposals: &[Disposal],
) -> Result<(), IntakeError> {
    let keys = batch.iter().map(|one| one.key.clone());
    source.settle(keys.zip(disposals.iter().copied()).collect()).await
}

fn subject(arrived: &Arrived) -> String {
    let raw = text(&arrived.raw);
    raw.lines().next().and_then(|line| line.strip_prefix("Subject: ")).unwrap().to_owned()
}

fn text(raw: &[u8]) -> String {
    String::from_utf8(raw.to_vec()).unwrap()
}

fn date(seconds: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds.try_into().unwrap())
}

fn submit(rig: &Rig, from: &str, to: &str) {
    use lettre::Transport;
    let (sender, recipient) = (from.parse().unwrap(), to.parse().unwrap());
    let envelope = lettre::address::Envelope::new(Some(sender), vec![recipient]).unwrap();
    let mail = format!("From: {from}\r\nTo: {to}\r\nSubject: test\r\n\r\nBody\r\n");
    lettre::SmtpTransport::builder_dangerous("127.0.0.1")
        .port(rig.postfix.smtp_port)
        .build()
        .send_raw(&envelope, mail.as_bytes())
        .unwrap();
}
