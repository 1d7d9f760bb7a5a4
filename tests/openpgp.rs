//! Signatures as GnuPG makes them, against the keys that are registered: which of them prove somebody, and why the others do not.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    reason = "tests"
)]

#[path = "support/gpg.rs"]
mod gpg;

use gpg::{Gpg, entity, multipart};
use pgp::composed::{Deserializable, SignedPublicKey};
use pgp::packet::SubpacketData;
use pgp::ser::Serialize;
use postamt::authority::openpgp::{Certificate, KeyProblem, Refusal, Unfit, Verified, verify};
use postamt::mail::signed::{Signed, signed};
use postamt::mail::{Span, Timestamp};

const HEAD: &str = "From: anna@example.org\r\nMIME-Version: 1.0\r\n";
const TEXT: &str = "#lock\n\n- a dash, trailing blanks  \nGrüße\n";

fn now() -> Timestamp {
    postamt::clock::now()
}

fn read(raw: &str) -> Signed {
    signed(raw.as_bytes()).expect("it is signed").expect("all of it is")
}

fn mime(gpg: &Gpg, by: &str, more: &[&str]) -> Signed {
    let part = entity(TEXT);
    let signature = gpg.signature(by, part.as_bytes(), more);
    read(&format!("{HEAD}{}", multipart(&part, &signature)))
}

fn inline(gpg: &Gpg, by: &str, more: &[&str]) -> Signed {
    let text = gpg.clear_signed(by, TEXT, more).replace('\n', "\r\n");
    read(&format!("{HEAD}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}"))
}

fn certificate(gpg: &Gpg, fingerprint: &str) -> Certificate {
    Certificate::read(&gpg.public(fingerprint)).unwrap()
}

fn judged(signed: &Signed, certificate: &Certificate) -> Result<Verified, Refusal> {
    verify(signed, std::slice::from_ref(certificate), now())
}

#[test]
fn what_todays_keys_sign_is_proven_in_both_forms_and_knows_itself_again() {
    let gpg = Gpg::new();
    for algorithm in ["ed25519", "rsa2048", "nistp256"] {
        let key = gpg.key(algorithm, algorithm);
        let stored = certificate(&gpg, &key).octets().unwrap();
        let certificate = Certificate::read(&stored).unwrap();
        assert_eq!(certificate.fingerprint(), key);
        assert_eq!(certificate.user_ids(), [algorithm]);
        assert_eq!(certificate.signs_until(now()), Ok(None));
        for more in [&[][..], &["--textmode"]] {
            let signed = mime(&gpg, &key, more);
            let verified = judged(&signed, &certificate).unwrap();
            assert_eq!(verified.fingerprint, key);
            assert_eq!(judged(&signed, &certificate).unwrap().once, verified.once);
        }
        let verified = judged(&inline(&gpg, &key, &[]), &certificate).unwrap();
        assert_eq!(verified.fingerprint, key);
        for hash in ["SHA256", "SHA384"] {
            assert!(judged(&inline(&gpg, &key, &["--digest-algo", hash]), &certificate).is_ok());
        }
    }
}

#[test]
fn a_signing_subkey_signs_for_its_certificate_while_it_is_bound_both_ways() {
    let gpg = Gpg::new();
    let key = gpg.key("anna", "ed25519");
    let sub = gpg.add_signing_subkey(&key);
    let signed = mime(&gpg, &format!("{sub}!"), &[]);
    assert_eq!(judged(&signed, &certificate(&gpg, &key)).unwrap().fingerprint, key);

    // The same certificate without what the subkey says itself.
    let (mut one_way, _) =
        SignedPublicKey::from_string(&String::from_utf8(gpg.public(&key)).unwrap()).unwrap();
    let binding = &mut one_way.public_subkeys[0].signatures[0];
    let says = |data: &SubpacketData| matches!(data, SubpacketData::EmbeddedSignature(_));
    let at = binding.config().unwrap().unhashed_subpackets.iter().position(|part| says(&part.data));
    binding
        .unhashed_subpacket_remove(at.expect("GnuPG writes it where it can be taken out"))
        .unwrap();
    let one_way = Certificate::read(&one_way.to_bytes().unwrap()).unwrap();
    assert_eq!(judged(&signed, &one_way), Err(Refusal::Key(Unfit::NotCertified)));
}

#[test]
fn weak_keys_and_hashes_prove_nothing() {
    let gpg = Gpg::new();
    for (algorithm, words) in [("rsa1024", "RSA with 1024 bits"), ("dsa2048", "DSA")] {
        let key = gpg.key(algorithm, algorithm);
        let certificate = certificate(&gpg, &key);
        let weak = Unfit::Weak(words.to_owned());
        assert_eq!(certificate.signs_until(now()), Err(weak.clone()));
        assert_eq!(judged(&mime(&gpg, &key, &[]), &certificate), Err(Refusal::Key(weak)));
    }
    let key = gpg.key("rsa2048", "rsa2048");
    let certificate = certificate(&gpg, &key);
    for hash in ["SHA1", "RIPEMD160", "SHA224"] {
        let more = ["--digest-algo", hash];
        for signed in [mime(&gpg, &key, &more), inline(&gpg, &key, &more)] {
            let weak = Err(Refusal::WeakHash(hash.to_owned()));
            assert_eq!(judged(&signed, &certificate), weak);
        }
    }
    let old = gpg.key_with("old", "rsa2048", "never", &["--cert-digest-algo", "SHA1"]);
    let old = self::certificate(&gpg, &old);
    assert_eq!(old.signs_until(now()), Err(Unfit::Unbound));
}

#[test]
fn a_key_that_has_expired_or_is_revoked_proves_nothing() {
    let gpg = Gpg::new();
    let made = now().minus(Span::days(10)).0.to_string();
    let key = gpg.key_with("old", "ed25519", "5d", &["--faked-system-time", &made]);
    let signed =
        mime(&gpg, &key, &["--faked-system-time", &now().minus(Span::days(7)).0.to_string()]);
    let expired = certificate(&gpg, &key);
    let then = now().minus(Span::days(7)).plus(Span::minutes(1));
    assert!(verify(&signed, std::slice::from_ref(&expired), then).is_ok());
    assert!(expired.signs_until(then).unwrap().is_some());
    assert!(matches!(expired.signs_until(now()), Err(Unfit::Expired(_))));
    // Its owner signs on as if nothing was.
    let late = now().minus(Span::days(5)).plus(Span::minutes(10));
    let signed =
        mime(&gpg, &key, &["--faked-system-time", &now().minus(Span::days(6)).0.to_string()]);
    let refused = verify(&signed, std::slice::from_ref(&expired), late);
    assert!(
        matches!(refused, Err(Refusal::Key(Unfit::Expired(_)) | Refusal::TooOld(_))),
        "{refused:?}"
    );

    let key = gpg.key("gone", "ed25519");
    let signed = mime(&gpg, &key, &[]);
    let before = certificate(&gpg, &key);
    gpg.revoke(&key);
    assert!(judged(&signed, &before).is_ok(), "nobody has told us");
    let revoked = certificate(&gpg, &key);
    assert_eq!(judged(&signed, &revoked), Err(Refusal::Key(Unfit::Revoked)));
    let stored = Certificate::read(&revoked.octets().unwrap()).unwrap();
    assert_eq!(stored.signs_until(now()), Err(Unfit::Revoked));
}

#[test]
fn a_signature_counts_for_a_day_and_none_comes_from_the_future() {
    let gpg = Gpg::new();
    let key = gpg.key_with("anna", "ed25519", "never", &["--faked-system-time", "1700000000"]);
    let certificate = certificate(&gpg, &key);
    let at = |moment: Timestamp| mime(&gpg, &key, &["--faked-system-time", &moment.0.to_string()]);
    let hours = |hours: i64| Span::hours(hours);
    let signed = at(now());
    for (when, proves) in [
        (now(), true),
        (now().plus(hours(23)), true),
        (now().plus(hours(25)), false),
        (now().minus(Span::minutes(3)), true),
        (now().minus(hours(1)), false),
    ] {
        assert_eq!(verify(&signed, std::slice::from_ref(&certificate), when).is_ok(), proves);
    }
    let refused = judged(&at(now().minus(Span::days(2))), &certificate);
    assert!(matches!(refused, Err(Refusal::TooOld(_))), "{refused:?}");
    let refused = judged(&at(now().plus(hours(3))), &certificate);
    assert!(matches!(refused, Err(Refusal::InFuture(_))), "{refused:?}");
}

#[test]
fn what_was_changed_or_signed_by_others_proves_nothing() {
    let gpg = Gpg::new();
    let (anna, eve) = (
        gpg.key("anna <anna@example.org>", "ed25519"),
        gpg.key("anna <anna@example.org> (2)", "ed25519"),
    );
    let signed = mime(&gpg, &eve, &[]);
    let registered = certificate(&gpg, &anna);
    assert_eq!(judged(&signed, &registered), Err(Refusal::NotRegistered));
    assert_eq!(verify(&signed, &[], now()), Err(Refusal::NotRegistered));

    let good = mime(&gpg, &anna, &[]);
    let changed = |from: &str, to: &str| {
        let content = String::from_utf8(good.content.clone()).unwrap().replacen(from, to, 1);
        Signed { content: content.into_bytes(), ..good.clone() }
    };
    for signed in
        [changed("#lock", "#close"), changed("\r\n\r\n- a", "\r\n- a"), changed("  \r\n", "\r\n")]
    {
        assert_eq!(judged(&signed, &registered), Err(Refusal::Broken));
    }
    let no_signature = Signed {
        signature: b"-----BEGIN PGP SIGNATURE-----\r\n\r\niQ==\r\n".to_vec(),
        ..good.clone()
    };
    assert_eq!(judged(&no_signature, &registered), Err(Refusal::Unreadable));
    // Made for another purpose, by the right key: what binds its user ID.
    let (key, _) =
        SignedPublicKey::from_string(&String::from_utf8(gpg.public(&anna)).unwrap()).unwrap();
    let binding = pgp::composed::DetachedSignature::new(key.details.users[0].signatures[0].clone());
    let borrowed = Signed { signature: binding.to_bytes().unwrap(), ..good };
    assert_eq!(judged(&borrowed, &registered), Err(Refusal::OtherPurpose));
}

#[test]
fn damaged_signatures_and_keys_are_refused_without_a_fall() {
    let gpg = Gpg::new();
    let key = gpg.key("anna", "rsa2048");
    gpg.add_signing_subkey(&key);
    let registered = certificate(&gpg, &key);
    let signed = mime(&gpg, &key, &[]);
    let bare =
        pgp::composed::DetachedSignature::from_armor_single(&signed.signature[..]).unwrap().0;
    let (signature, octets) = (bare.to_bytes().unwrap(), registered.octets().unwrap());
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut dice = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap()
    };
    for _ in 0..400 {
        let mut damaged = signature.clone();
        let at = dice() % damaged.len();
        damaged[at] ^= 1 << (dice() % 8);
        damaged.truncate(damaged.len() - dice() % 3 * (dice() % 20));
        let attempt = Signed { signature: damaged, ..signed.clone() };
        // The unsigned parts may change; what is proven is the same then.
        if let Ok(verified) = judged(&attempt, &registered) {
            assert_eq!(verified, judged(&signed, &registered).unwrap());
        }
        let mut damaged = octets.clone();
        let at = dice() % damaged.len();
        damaged[at] ^= 1 << (dice() % 8);
        if let Ok(certificate) = Certificate::read(&damaged) {
            drop(certificate.signs_until(now()));
            drop(judged(&signed, &certificate));
        }
    }
}

#[test]
fn a_secret_key_and_several_keys_are_not_registered() {
    let gpg = Gpg::new();
    let (anna, jens) = (gpg.key("anna", "ed25519"), gpg.key("jens", "ed25519"));
    let read = |octets: &[u8]| Certificate::read(octets).unwrap_err();
    assert_eq!(read(&gpg.secret(&anna)), KeyProblem::Secret);
    let both = String::from_utf8(gpg.all_public()).unwrap();
    assert!(both.contains("BEGIN PGP PUBLIC KEY") && anna != jens);
    assert_eq!(read(both.as_bytes()), KeyProblem::Several);
    let armoured = String::from_utf8(gpg.public(&anna)).unwrap();
    assert_eq!(
        read(format!("{armoured}{}", String::from_utf8(gpg.public(&jens)).unwrap()).as_bytes()),
        KeyProblem::Several
    );
    for octets in
        [&b""[..], b"ssh-ed25519 AAAA", b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n-----END"]
    {
        assert_eq!(read(octets), KeyProblem::Unreadable);
    }
    assert_eq!(read(&vec![0x99; 1_000_001]), KeyProblem::TooLarge);
}

/// An installation with two agents and no daemon.
struct Site {
    folder: tempfile::TempDir,
}

impl Site {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = "[site]\nname = \"X\"\npostmaster = \"p@example.org\"\n[store]\npath = \"postamt.db\"\n[smtp]\nurl = \"maildir:out\"\n\
            [[mailbox]]\nname = \"a\"\nurl = \"maildir:in\"\nqueue = \"a\"\n[[queue]]\nname = \"a\"\naddress = \"a@example.org\"\n";
        std::fs::write(folder.path().join("postamt.toml"), config).unwrap();
        let site = Self { folder };
        for name in ["anna", "jens"] {
            let address = format!("{name}@example.net");
            site.says(&["agent", "add", name, "--address", &address, "--queue", "a"]);
        }
        site
    }

    /// What it prints, or the words of its refusal.
    fn does(&self, words: &[&str]) -> Result<String, (i32, String)> {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_postamt"))
            .arg("--config")
            .arg(self.folder.path().join("postamt.toml"))
            .args(words)
            .output()
            .unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        match output.status.code() {
            Some(0) => Ok(String::from_utf8(output.stdout).unwrap()),
            status => Err((status.unwrap_or_default(), told)),
        }
    }

    #[track_caller]
    fn says(&self, words: &[&str]) -> String {
        self.does(words).unwrap()
    }

    #[track_caller]
    fn refuses(&self, words: &[&str], status: i32, because: &str) {
        let (found, told) = self.does(words).unwrap_err();
        assert!(found == status && told.contains(because), "{words:?}: {found} {told}");
    }

    fn file(&self, content: &[u8]) -> String {
        let path = self.folder.path().join("key.asc");
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

#[test]
fn keys_are_registered_listed_and_removed() {
    let (site, gpg) = (Site::new(), Gpg::new());
    let key = gpg.key("Anna <anna@example.net>", "ed25519");
    let said = site.says(&["agent", "key", "add", "anna", &site.file(&gpg.public(&key))]);
    assert!(said.contains(&key) && said.contains("Anna <anna@example.net>"), "{said}");
    let listed = site.says(&["agent", "key", "list", "ANNA", "--json"]);
    let line: serde_json::Value = serde_json::from_str(listed.trim()).unwrap();
    assert_eq!((&line["fingerprint"], &line["usable"]), (&key.clone().into(), &true.into()));
    assert!(line["expires_at"].is_null() && line["why_not"].is_null(), "{line}");
    assert!(site.says(&["agent", "key", "list", "anna"]).contains(&key));
    assert!(site.says(&["agent", "key", "list", "jens"]).contains("No keys"));

    let file = site.file(&gpg.public(&key));
    site.refuses(&["agent", "key", "add", "jens", &file], 64, "is registered for anna");
    site.refuses(&["agent", "key", "add", "nobody", &file], 67, "there is no agent");
    site.refuses(&["agent", "key", "add", "jens", "/absent"], 66, "/absent");
    let secret = site.file(&gpg.secret(&key));
    site.refuses(&["agent", "key", "add", "anna", &secret], 65, "this is a secret key");
    let weak = gpg.key("weak", "rsa1024");
    let weak = site.file(&gpg.public(&weak));
    site.refuses(&["agent", "key", "add", "anna", &weak], 65, "RSA with 1024 bits");
    // A newer version of the same key: now it is revoked.
    gpg.revoke(&key);
    let revoked = site.file(&gpg.public(&key));
    site.refuses(&["agent", "key", "add", "anna", &revoked], 65, "it is revoked");

    site.refuses(&["agent", "key", "remove", "jens", &key], 67, "has no key");
    let (first, second) = key.split_at(20);
    let spaced = format!("0x{} {second}", first.to_lowercase());
    site.says(&["agent", "key", "remove", "anna", &spaced]);
    assert_eq!(site.says(&["agent", "key", "list", "anna", "--json"]), "");
}

#[test]
fn the_key_of_the_house_is_replaced_and_tokens_are_revoked() {
    let site = Site::new();
    let file = site.folder.path().join("postamt.key");
    let before = std::fs::read(&file).unwrap();
    assert!(site.says(&["key", "rotate"]).contains("within a second"));
    let after = std::fs::read(&file).unwrap();
    assert_eq!((before.len(), after.len()), (32, 72));
    assert!(after[..32] != before[..] && after[32..64] == before[..]);
    let said = site.says(&["key", "rotate", "--leaked", "--json"]);
    let line: serde_json::Value = serde_json::from_str(said.trim()).unwrap();
    assert!(line["honoured_until"].is_null() && line["rotated_at"].is_string(), "{line}");
    assert!(site.says(&["agent", "key", "revoke-tokens", "anna"]).contains("void"));
    site.refuses(&["agent", "key", "revoke-tokens", "nobody"], 67, "there is no agent");
}
