//! The thread that writes. Loops hand it work and wait for the answer; the work is plain code on the office.

use std::thread::JoinHandle;

use tokio::sync::{mpsc, oneshot};

use crate::office::Office;

type Work = Box<dyn FnOnce(&mut Office) + Send>;

/// A loop's handle on the office. The thread ends when the last one is dropped.
#[derive(Clone)]
pub struct Writer {
    work: mpsc::Sender<Work>,
}

/// Work that waits at most; whoever has more waits with handing it over.
const WAITING: usize = 64;

impl Writer {
    /// # Errors
    /// Where no thread can be made.
    pub fn start(mut office: Office) -> Result<(Self, JoinHandle<()>), std::io::Error> {
        let (work, mut waiting) = mpsc::channel::<Work>(WAITING);
        let thread = std::thread::Builder::new().name("writer".to_owned()).spawn(move || {
            while let Some(work) = waiting.blocking_recv() {
                work(&mut office);
            }
        })?;
        Ok((Self { work }, thread))
    }

    /// Has the office do something. None where the office is gone: then it is time to stop.
    pub async fn ask<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Office) -> R + Send + 'static,
    ) -> Option<R> {
        let (answer, answered) = oneshot::channel();
        let work: Work = Box::new(move |office| {
            // Whoever asked may have been stopped meanwhile; the work is done all the same.
            drop(answer.send(work(office)));
        });
        self.work.send(work).await.ok()?;
        answered.await.ok()
    }
}
