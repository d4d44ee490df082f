//! `deploy/night.sh`: what it leaves, and with which code it ends.

use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use provider_sim::{Fault, When};

use crate::sandbox::{Ran, Sandbox, serve};

fn night(sandbox: &Sandbox) -> Ran {
    let program = Path::new(env!("CARGO_BIN_EXE_tenancy"));
    let folders = [program.parent().unwrap().to_owned()];
    let path = env::var_os("PATH").unwrap();
    let path = env::join_paths(folders.into_iter().chain(env::split_paths(&path))).unwrap();
    let of_sandbox = sandbox.command(&[]);
    let variables = of_sandbox
        .get_envs()
        .filter_map(|(name, value)| Some((name, value?)));
    Command::new("sh")
        .arg(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../deploy/night.sh"
        ))
        .current_dir(sandbox.folder.path())
        .env_clear()
        .envs(variables)
        .envs([
            ("PATH", path.as_os_str()),
            ("TENANCY_CONFIG", "tenancy.toml".as_ref()),
        ])
        .env("TENANCY_STATE", sandbox.path("state"))
        .stdin(Stdio::null())
        .output()
        .unwrap()
        .into()
}

#[test]
fn a_night_records_reconciles_and_reports_and_ends_as_what_failed_first() {
    let (simulator, sandbox) = serve([super::agency("agency", 12)]);
    let state = |name: &str| sandbox.path("state").join(name);
    let write = |name: &str, text: &str| fs::write(state(name), text).unwrap();
    let well = night(&sandbox);
    assert_eq!(
        (well.code, well.stdout + &well.stderr),
        (Some(0), String::new())
    );
    for name in [
        "tenants.db",
        "sync.json",
        "metrics/tenancy.prom",
        "report.html",
    ] {
        assert!(state(name).exists(), "{name}");
    }
    assert_eq!(fs::read_dir(state("changes")).unwrap().count(), 1);
    assert!(!state("reconciled.csv").exists());

    let ids = simulator.account("agency").ids();
    let (first, others) = ids.split_first().unwrap();
    let customers: String = others.iter().map(|id| format!("C-{id},{id},\n")).collect();
    let header = "id,tenant_id,name\n";
    write(
        "customers.csv",
        &format!("{header}{customers}C-1,,Pinned\n"),
    );
    let unmatched = night(&sandbox);
    let said = "night: tenancy reconcile ended with exit code 1\n";
    assert_eq!((unmatched.code, &*unmatched.stderr), (Some(1), said));
    let reconciled = fs::read_to_string(state("reconciled.csv")).unwrap();
    assert!(reconciled.contains("\nunmatched,"), "{reconciled}");

    let provider = simulator.account("agency").provider().name();
    write(
        "pins.csv",
        &format!("provider,account,id,customer\n{provider},agency,{first},C-1\n"),
    );
    let pinned = night(&sandbox);
    assert_eq!((pinned.code, pinned.stderr), (Some(0), String::new()));

    write("customers.csv", "no header\n");
    assert_eq!(night(&sandbox).code, Some(2));
    let kept = fs::read_to_string(state("reconciled.csv")).unwrap();
    assert!(!kept.contains("unmatched") && !state("reconciled.csv.new").exists());

    let broken = Fault::status(403);
    simulator
        .account("agency")
        .fault(When::matching(|_| true), broken);
    let failed = night(&sandbox);
    assert_eq!(failed.code, Some(1), "{}", failed.stderr);
}
