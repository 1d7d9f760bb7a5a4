//! One private Dovecot and one private Postfix for a test binary, on free loopback ports in a temporary folder.
//!
//! The first test that asks starts them; a shell that waits for the end of the test process stops them, however
//! that end comes. Nothing of the system's own mail servers is used, and nothing ever leaves the machine.

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::ops::Deref;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use super::dovecot::Dovecot;
use super::postfix::Postfix;

/// The domains whose mail the rig delivers. All of them share the accounts: a local part is one mailbox.
pub const DOMAINS: [&str; 3] = ["onn.test", "mail.test", "agents.test"];

static RIG: OnceLock<Result<Rig, String>> = OnceLock::new();
/// Held for reading by tests that need the servers up, for writing by those that stop them.
static UP: RwLock<()> = RwLock::new(());

pub struct Rig {
    pub dovecot: Dovecot,
    pub postfix: Postfix,
    folder: PathBuf,
    mail: Owner,
    /// How many accounts had this name before.
    names: Mutex<BTreeMap<String, usize>>,
    /// Its standard input is the lifeline: it closes with this process.
    _watcher: Child,
}

/// The servers are up as long as this is held.
pub struct Shared {
    rig: &'static Rig,
    _up: RwLockReadGuard<'static, ()>,
}

/// Nobody else uses the servers as long as this is held, so they may be stopped. They are up again when it is let go.
pub struct Alone {
    rig: &'static Rig,
    _up: RwLockWriteGuard<'static, ()>,
}

impl Rig {
    /// Ok where a rig can be started here; else what is missing, in words for a person.
    pub fn available() -> Result<(), String> {
        if !Path::new("/usr/sbin/dovecot").exists() || !Path::new("/usr/lib/dovecot/lmtp").exists()
        {
            return Err("Dovecot is missing: install dovecot-imapd and dovecot-lmtpd".into());
        }
        if !Path::new("/usr/sbin/postfix").exists() {
            return Err("Postfix is missing: install postfix".into());
        }
        if !Path::new("/usr/bin/openssl").exists() {
            return Err("openssl is missing: install openssl".into());
        }
        // A process's own folder in /proc belongs to its effective user.
        if owner_of(Path::new("/proc/self"))? != 0 {
            return Err(
                "Dovecot and Postfix as packaged start only as root: run these tests as root, \
                        or leave them out with --no-servers"
                    .into(),
            );
        }
        Ok(())
    }

    /// The rig, for use beside other tests.
    pub fn shared() -> Shared {
        let up = UP.read().unwrap_or_else(PoisonError::into_inner);
        Shared { rig: Self::started(), _up: up }
    }

    /// The rig for a test that stops a server. Waits until no other test uses it.
    pub fn alone() -> Alone {
        let up = UP.write().unwrap_or_else(PoisonError::into_inner);
        Alone { rig: Self::started(), _up: up }
    }

    fn started() -> &'static Self {
        match RIG.get_or_init(Self::start) {
            Ok(rig) => rig,
            Err(why) => panic!("the test mail servers cannot be started: {why}"),
        }
    }

    fn start() -> Result<Self, String> {
        Self::available()?;
        let folder = tempfile::Builder::new()
            .prefix("postamt-rig-")
            .tempdir()
            .map_err(|error| format!("no temporary folder: {error}"))?
            .keep();
        // The servers' unprivileged users have to reach what lies inside.
        set_mode(&folder, 0o755)?;
        let watcher = watch(&folder)?;
        let mail = Owner::of_user("mail")?;
        certificates(&folder)?;
        // A port may be taken by another between our look and the server's bind: then once more, with others.
        let dovecot = again(|| Dovecot::start(&folder, &mail))?;
        let postfix = again(|| Postfix::start(&folder, dovecot.lmtp_port))?;
        Ok(Self { dovecot, postfix, folder, mail, names: Mutex::default(), _watcher: watcher })
    }

    /// A new mailbox at onn.test. Where another test has that name, this one becomes `name-2` and so on:
    /// use the address that comes back.
    pub fn account(&self, name: &str) -> Account {
        self.account_at(name, "onn.test")
    }

    /// A new mailbox at one of [`DOMAINS`].
    pub fn account_at(&self, name: &str, domain: &str) -> Account {
        assert!(DOMAINS.contains(&domain), "{domain} is not delivered here");
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let count = names.entry(name.to_owned()).or_default();
        *count += 1;
        let user = if *count == 1 { name.to_owned() } else { format!("{name}-{count}") };
        let password = format!("secret of {user}");
        self.dovecot.add_user(&user, &password).unwrap();
        let account = Account {
            address: format!("{user}@{domain}"),
            maildir: self.dovecot.maildir(&user),
            user,
            password,
            owner: self.mail.clone(),
        };
        account.make_maildir().unwrap();
        account
    }

    /// The certificate of the authority that signed the servers' certificate for `localhost` and 127.0.0.1.
    pub fn ca_file(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    /// A certificate that signed nothing here.
    pub fn foreign_ca_file(&self) -> PathBuf {
        self.folder.join("foreign.pem")
    }

    /// The last lines of both servers' logs.
    pub fn log_tail(&self) -> String {
        format!("{}\n{}", tail(&self.dovecot.log_file()), tail(&self.postfix.log_file()))
    }
}

impl Shared {
    pub fn rig(&self) -> &'static Rig {
        self.rig
    }
}

impl Deref for Shared {
    type Target = Rig;
    fn deref(&self) -> &Rig {
        self.rig
    }
}

impl Deref for Alone {
    type Target = Rig;
    fn deref(&self) -> &Rig {
        self.rig
    }
}

impl Alone {
    pub fn rig(&self) -> &'static Rig {
        self.rig
    }
    pub fn stop_dovecot(&self) {
        self.dovecot.stop().unwrap();
    }
    pub fn start_dovecot(&self) {
        self.dovecot.run().unwrap();
    }
    pub fn restart_dovecot(&self) {
        self.stop_dovecot();
        self.start_dovecot();
    }
    pub fn stop_postfix(&self) {
        self.postfix.stop().unwrap();
    }
    pub fn start_postfix(&self) {
        self.postfix.run().unwrap();
    }
    pub fn restart_postfix(&self) {
        self.stop_postfix();
        self.start_postfix();
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        // A test that failed in the middle must not take the others with it.
        let up = self.dovecot.run().and_then(|()| self.postfix.run());
        if let Err(why) = up
            && !thread::panicking()
        {
            panic!("a server did not come back: {why}");
        }
    }
}

/// Somebody's mailbox, and the way into it past all servers.
#[derive(Debug, Clone)]
pub struct Account {
    pub address: String,
    /// What to log in with.
    pub user: String,
    pub password: String,
    pub maildir: PathBuf,
    owner: Owner,
}

impl Account {
    /// A mail appears in the inbox, received now.
    pub fn receives(&self, raw: &[u8]) {
        self.received_at(raw, SystemTime::now());
    }

    /// A mail appears in the inbox, received then (its INTERNALDATE).
    pub fn received_at(&self, raw: &[u8], when: SystemTime) {
        static NEXT: AtomicUsize = AtomicUsize::new(1);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        // Dovecot numbers new mail in the order of the names.
        let name = format!("{number:010}.rig{}.localhost", std::process::id());
        let part = self.maildir.join("tmp").join(&name);
        fs::write(&part, raw).unwrap();
        fs::File::options().write(true).open(&part).unwrap().set_modified(when).unwrap();
        self.owner.give(&part).unwrap();
        fs::rename(&part, self.maildir.join("new").join(&name)).unwrap();
    }

    /// The raw mails of the inbox, oldest first.
    pub fn inbox(&self) -> Vec<Vec<u8>> {
        mails_in(&self.maildir)
    }

    /// The raw mails of a folder (`Processed/2026-11`), oldest first. None where there is no such folder.
    pub fn folder(&self, name: &str) -> Option<Vec<Vec<u8>>> {
        let folder = self.maildir.join(format!(".{}", name.replace('/', ".")));
        folder.exists().then(|| mails_in(&folder))
    }

    fn make_maildir(&self) -> Result<(), String> {
        for folder in [self.maildir.clone()]
            .into_iter()
            .chain(["cur", "new", "tmp"].map(|part| self.maildir.join(part)))
        {
            fs::create_dir(&folder).map_err(|error| at(&folder, &error))?;
            self.owner.give(&folder)?;
        }
        Ok(())
    }
}

/// The mails of one Maildir folder, oldest first.
pub fn mails_in(maildir: &Path) -> Vec<Vec<u8>> {
    let mut files: Vec<PathBuf> = ["cur", "new"]
        .iter()
        .filter_map(|part| fs::read_dir(maildir.join(part)).ok())
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    files.sort_by_key(|path| path.file_name().map(ToOwned::to_owned));
    // A server may move a file between the listing and the reading.
    files.iter().filter_map(|path| fs::read(path).ok()).collect()
}

/// Looks again and again until there is something to see. The bound is for a broken test, not for a slow machine.
pub fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(Instant::now() < end, "waited 30 s for {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// An unprivileged user of the system, to whom the mailboxes belong.
#[derive(Debug, Clone)]
pub struct Owner {
    pub uid: u32,
    pub gid: u32,
}

impl Owner {
    pub fn of_user(name: &str) -> Result<Self, String> {
        let uid = number_of("/etc/passwd", name, 2)?;
        Ok(Self { uid, gid: number_of("/etc/passwd", name, 3)? })
    }

    pub fn of_group(name: &str) -> Result<u32, String> {
        number_of("/etc/group", name, 2)
    }

    pub fn give(&self, path: &Path) -> Result<(), String> {
        chown(path, Some(self.uid), Some(self.gid)).map_err(|error| at(path, &error))
    }
}

/// Ports that are free now. They lie below those the system gives to outgoing connections, so that a stopped
/// server finds its port free again, and each test process starts to look somewhere else.
pub fn free_ports<const N: usize>() -> Result<[u16; N], String> {
    static STEP: AtomicU16 = AtomicU16::new(0);
    let first = (std::process::id() % 120) * 100;
    let mut found = Vec::with_capacity(N);
    for _ in 0..12_000 {
        let step = u32::from(STEP.fetch_add(1, Ordering::Relaxed));
        let port = 20_000 + ((first + step) % 12_000) as u16;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            found.push(port);
        }
        if let Ok(ports) = found.as_slice().try_into() {
            return Ok(ports);
        }
    }
    Err("no free port between 20000 and 32000".into())
}

/// Runs a program to its end. Its output goes to a file: a daemon it starts would keep a pipe open for ever.
pub fn run(command: &mut Command, output: &Path) -> Result<(), String> {
    let file = fs::File::create(output).map_err(|error| at(output, &error))?;
    let errors = file.try_clone().map_err(|error| at(output, &error))?;
    let status = command
        .stdin(Stdio::null())
        .stdout(file)
        .stderr(errors)
        .status()
        .map_err(|error| format!("{command:?}: {error}"))?;
    if status.success() {
        return Ok(());
    }
    Err(format!("{command:?}: {status}\n{}", tail(output)))
}

/// Ends a server whose main process has left its number in this file, and what it has started, at once: like a crash,
/// no session is let finish. Nothing happens where it does not run.
pub fn end(pid_file: &Path) -> Result<(), String> {
    let Some(pid) = pid_in(pid_file) else { return Ok(()) };
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
    let children = children.unwrap_or_default();
    let output = pid_file.with_extension("output");
    run(Command::new("/bin/kill").arg(pid.to_string()), &output)?;
    wait_for("a server to stop", || (!lives(pid_file)).then_some(()));
    for child in children.split_whitespace() {
        // Most of them have gone with it.
        drop(run(Command::new("/bin/kill").args(["-9", child]), &output));
    }
    Ok(())
}

/// True while a process with the number in this file lives.
pub fn lives(pid_file: &Path) -> bool {
    pid_in(pid_file).is_some()
}

fn pid_in(pid_file: &Path) -> Option<u32> {
    let pid = fs::read_to_string(pid_file).ok()?.trim().parse().ok()?;
    // One that has ended and that nobody has asked for yet has no command line.
    let command_line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    (!command_line.is_empty()).then_some(pid)
}

pub fn set_mode(path: &Path, mode: u32) -> Result<(), String> {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(|error| at(path, &error))
}

pub fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| at(path, &error))
}

/// The last 40 lines of a file, under its name.
pub fn tail(path: &Path) -> String {
    let text = fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let text = text.unwrap_or_else(|error| error.to_string());
    let lines: Vec<&str> = text.lines().collect();
    let from = lines.len().saturating_sub(40);
    format!("--- {}\n{}", path.display(), lines.get(from..).unwrap_or_default().join("\n"))
}

fn again<T>(start: impl Fn() -> Result<T, String>) -> Result<T, String> {
    start().or_else(|_| start())
}

/// A shell that waits until this process is gone, then stops what lies in the folder and removes it. In a process
/// group of its own, so that neither Ctrl-C nor a runner's kill takes it away before its work is done.
fn watch(folder: &Path) -> Result<Child, String> {
    const SCRIPT: &str = r#"
        trap '' INT TERM HUP
        read -r never_comes
        for file in "$1/dovecot/run/master.pid" "$1/postfix/queue/pid/master.pid"; do
            pid=$(tr -d ' \n' < "$file") && kill "$pid" || continue
            all="$pid $(cat "/proc/$pid/task/$pid/children")"
            for turn in 1 2 3 4 5 6 7 8 9 10; do
                kill -0 "$pid" || break
                sleep 0.1
            done
            kill -9 $all
        done
        rm -rf "$1"
    "#;
    Command::new("/bin/sh")
        .args(["-c", SCRIPT, "watcher"])
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .map_err(|error| format!("/bin/sh: {error}"))
}

/// `ca.pem` with its own key signs `server.pem`; `foreign.pem` signs nothing.
fn certificates(folder: &Path) -> Result<(), String> {
    const SCRIPT: &str = r#"
        set -e
        key="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
        authority="-x509 -days 30 -addext keyUsage=critical,keyCertSign"
        openssl req $authority $key -keyout ca.key -out ca.pem -subj "/CN=Rig authority"
        openssl req $authority $key -keyout foreign.key -out foreign.pem -subj "/CN=Foreign authority"
        openssl req $key -keyout server.key -out server.csr -subj "/CN=localhost"
        printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n' > server.ext
        openssl x509 -req -days 30 -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial \
            -extfile server.ext -out server.pem
    "#;
    run(
        Command::new("/bin/sh").args(["-c", SCRIPT]).current_dir(folder),
        &folder.join("openssl.output"),
    )
}

/// A number in the line of a user or group.
fn number_of(file: &str, name: &str, field: usize) -> Result<u32, String> {
    let text = fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
    text.lines()
        .map(|line| line.split(':').collect::<Vec<_>>())
        .find(|fields| fields.first() == Some(&name))
        .and_then(|fields| fields.get(field)?.parse().ok())
        .ok_or_else(|| format!("{file} has no {name}"))
}

fn owner_of(path: &Path) -> Result<u32, String> {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(path).map(|meta| meta.uid()).map_err(|error| at(path, &error))
}

fn at(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}
