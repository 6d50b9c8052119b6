//! A web server for one test: files from memory, and an ear for what pages post.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// How long a page may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(240);

type Files = BTreeMap<String, Vec<u8>>;

/// Serves files until the test is over.
pub(super) struct Server {
    port: u16,
    files: Arc<Mutex<Option<Files>>>,
    posts: Receiver<String>,
}

impl Server {
    pub(super) fn new(files: Files) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let files = Arc::new(Mutex::new(Some(files)));
        let (sender, posts) = mpsc::channel();
        let shared = Arc::clone(&files);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (files, sender) = (Arc::clone(&shared), sender.clone());
                thread::spawn(move || serve(stream, &files, &sender));
            }
        });
        Self { port, files, posts }
    }

    /// The address of a path, at a host's name.
    pub(super) fn address(&self, host: &str, path: &str) -> String {
        format!("http://{host}:{}{path}", self.port)
    }

    /// What a page posts next.
    pub(super) fn post(&self) -> String {
        let text = self.posts.recv_timeout(PATIENCE).expect("the page posts in time");
        assert!(!text.starts_with("ERROR "), "{text}");
        text
    }

    /// Serves other files from now on; none is as if there were no network.
    pub(super) fn replace(&self, files: Option<Files>) {
        *self.files.lock().unwrap() = files;
    }
}

/// Answers one request; a browser that goes away in the middle does no harm.
fn serve(mut stream: TcpStream, files: &Mutex<Option<Files>>, posts: &Sender<String>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut head = String::new();
    let mut length = 0;
    if reader.read_line(&mut head).is_err() {
        return;
    }
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut words = head.split(' ');
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    if method == "POST" {
        let mut body = vec![0; length];
        if reader.read_exact(&mut body).is_ok() {
            let _ = posts.send(String::from_utf8(body).unwrap()); // the test may be over
        }
        respond(&mut stream, "204 No Content", "text/plain", b"");
        return;
    }
    let path = path.split('?').next().unwrap_or_default();
    let path = if path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() };
    let found = files.lock().unwrap().as_ref().map(|files| files.get(&path).cloned());
    match found {
        None => {} // no network: the connection ends without a word
        Some(None) => respond(&mut stream, "404 Not Found", "text/plain", b""),
        Some(Some(bytes)) => {
            let kind = match path.rsplit('.').next().unwrap_or_default() {
                "html" => "text/html; charset=utf-8",
                "js" => "text/javascript",
                "css" => "text/css",
                "json" => "application/json",
                _ => "application/octet-stream",
            };
            respond(&mut stream, "200 OK", kind, &bytes);
        }
    }
}

fn respond(stream: &mut TcpStream, status: &str, kind: &str, body: &[u8]) {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\
         Cache-Control: no-cache\r\nAccess-Control-Allow-Origin: *\r\nConnection: close\r\n\r\n"
    );
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
}
