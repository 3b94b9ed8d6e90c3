//! A cluster whose processes show each other certificates.

use std::path::{Path, PathBuf};
use std::process::Output;

use arrow_flight::Empty;
use arrow_flight::flight_service_client::FlightServiceClient;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

use tonic::Code;
use tonic::transport::{Certificate, ClientTlsConfig, Endpoint, Identity as Shown};

use crate::cluster::{Process, ended, values};
use crate::cookbook::questions;
use crate::lake_path;
use crate::program::{asks, command, err};

/// Files with a certificate, its key, and the authority that is believed.
struct Identity([PathBuf; 3]);

impl Identity {
    /// The options that name them.
    fn options(&self) -> Vec<&str> {
        let names = ["--tls-cert", "--tls-key", "--tls-client-ca"];
        let files = self.0.iter().map(|file| file.to_str().unwrap());
        names.into_iter().zip(files).flat_map(|(name, file)| [name, file]).collect()
    }
}

/// An authority of its own, with a certificate by it for processes of this machine.
fn identity(directory: &Path, name: &str) -> Identity {
    let write = |kind: &str, text: &str| {
        let path = directory.join(format!("{name}-{kind}.pem"));
        std::fs::write(&path, text).unwrap();
        path
    };
    let mut authority = CertificateParams::new([]).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = KeyPair::generate().unwrap();
    let authority_certificate = authority.self_signed(&authority_key).unwrap();
    let issuer = Issuer::from_params(&authority, authority_key);
    let key = KeyPair::generate().unwrap();
    let names = ["127.0.0.1", "localhost"].map(str::to_owned);
    let certificate = CertificateParams::new(names).unwrap().signed_by(&key, &issuer).unwrap();
    Identity([
        write("certificate", &certificate.pem()),
        write("key", &key.serialize_pem()),
        write("authority", &authority_certificate.pem()),
    ])
}

fn asked(sql: &str, url: &str, options: &[&str]) -> Output {
    let mut command = command();
    command.arg("query").arg(lake_path()).args([sql, "-o", "ndjson", "--engine", url]);
    command.args(options).stdout(std::process::Stdio::piped());
    ended(command.stderr(std::process::Stdio::piped()).spawn().unwrap())
}

#[test]
fn a_cluster_with_certificates_gives_the_same_rows_and_answers_nobody_without() {
    let directory = tempfile::tempdir().unwrap();
    let ours = identity(directory.path(), "ours");
    let options = ours.options();
    let (_scheduler, url) =
        Process::start(&[&["scheduler", "--listen", "127.0.0.1:0"], &*options].concat());
    let executor = ["executor", "--scheduler", &url, "--threads", "1", "--limit-memory", "256M"];
    let _executors = [(); 2].map(|()| Process::start(&[&executor, &*options].concat()));

    // Rows are exchanged between executors, and functions judge on them.
    for wanted in ["rare-domains", "countries", "reassessed"] {
        let (_, sql) = questions().into_iter().find(|(name, _)| name == wanted).unwrap();
        let here = values(&asks(&sql, &["-o", "ndjson"]));
        assert!(!here.is_empty(), "{wanted}");
        assert_eq!(values(&asked(&sql, &url, &options)), here, "{wanted}");
    }

    let strangers = identity(directory.path(), "strangers");
    // Believes us, and is believed by nobody.
    let pretender = Identity([strangers.0[0].clone(), strangers.0[1].clone(), ours.0[2].clone()]);
    // Is believed, and does not believe us.
    let doubter = Identity([ours.0[0].clone(), ours.0[1].clone(), strangers.0[2].clone()]);
    for (who, options) in
        [("nobody", vec![]), ("a pretender", pretender.options()), ("a doubter", doubter.options())]
    {
        let refused = asked("SELECT 1", &url, &options);
        assert_eq!(refused.status.code(), Some(5), "{who}: {}", err(&refused));
        assert!(refused.stdout.is_empty(), "{who}");
    }
}

#[test]
fn certificates_are_whole_and_are_for_somebody() {
    let directory = tempfile::tempdir().unwrap();
    let ours = identity(directory.path(), "ours");
    let options = ours.options();
    let elsewhere = "df://scheduler.example:50050";
    for (arguments, told) in [
        // One of three.
        (["scheduler", "--listen", "192.0.2.1:0"].as_slice(), "--tls-cert"),
        (&["scheduler", "--tls-cert", options[1]], "--tls-key"),
        (&["executor", "--scheduler", elsewhere], "--tls-cert"),
        (&["executor", "--tls-key", options[3], "--tls-client-ca", options[5]], "--tls-cert"),
        // No certificate, and nothing at all.
        (
            &[
                "scheduler",
                "--tls-cert",
                options[3],
                "--tls-key",
                options[3],
                "--tls-client-ca",
                options[5],
            ],
            "cannot be used",
        ),
        (
            &[
                "scheduler",
                "--tls-cert",
                "/nowhere",
                "--tls-key",
                options[3],
                "--tls-client-ca",
                options[5],
            ],
            "/nowhere",
        ),
    ] {
        let refused = command().args(arguments).output().unwrap();
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}: {}", err(&refused));
        assert!(err(&refused).contains(told), "{arguments:?}: {}", err(&refused));
    }
    let unasked = asks("SELECT 1", &options);
    assert_eq!(unasked.status.code(), Some(2), "{}", err(&unasked));
    assert!(err(&unasked).contains("--engine"), "{}", err(&unasked));
    // Nobody reaches an executor by an address that stands for all.
    let all = [&["executor", "--listen", "0.0.0.0:0"], &*options].concat();
    let refused = command().args(all).output().unwrap();
    assert_eq!(refused.status.code(), Some(2), "{}", err(&refused));
    assert!(err(&refused).contains("--name"), "{}", err(&refused));
}

/// What an executor says to whoever comes for rows: `None` if the connection does not come about.
async fn heard(port: u16, tls: ClientTlsConfig) -> Option<Code> {
    let endpoint = Endpoint::from_shared(format!("https://127.0.0.1:{port}")).unwrap();
    let channel = endpoint.tls_config(tls).unwrap().connect().await.ok()?;
    match FlightServiceClient::new(channel).list_actions(Empty {}).await {
        Ok(_) => Some(Code::Ok),
        // What is said by a server has no error of its transport beneath it.
        Err(status) => std::error::Error::source(&status).is_none().then(|| status.code()),
    }
}

#[tokio::test]
async fn an_executor_hands_rows_to_nobody_without_a_certificate() {
    let directory = tempfile::tempdir().unwrap();
    let ours = identity(directory.path(), "ours");
    let options = ours.options();
    let (_scheduler, url) =
        Process::start(&[&["scheduler", "--listen", "127.0.0.1:0"], &*options].concat());
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let listen = format!("127.0.0.1:{port}");
    let executor = ["executor", "--scheduler", &url, "--listen", &listen];
    let _executor = Process::start(&[&executor, &*options].concat());

    let [certificate, key, authority] = ours.0.each_ref().map(|file| std::fs::read(file).unwrap());
    let nobody = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(authority));
    let somebody = nobody.clone().identity(Shown::from_pem(certificate, key));
    // It says that it listens before it does.
    let mut answer = heard(port, somebody.clone()).await;
    for _ in 0..100 {
        if answer.is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        answer = heard(port, somebody.clone()).await;
    }
    assert!(answer.is_some(), "whoever has a certificate is heard");
    assert_eq!(heard(port, nobody).await, None);
}
