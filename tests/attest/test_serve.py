#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""cordon serve from outside, by Python's own HTTPS client: with SQLite and with PostgreSQL.

In most tests the stub of serve_stub.c judges, for what is tested there is the server: who gets a
nonce, that each is answered once, by one of several copies, and what pages show.  The class
Appraising has cordon itself judge tokens that maker.py makes.
"""

import argparse
import atexit
import concurrent.futures
import glob
import html.parser
import http.client
import json
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import unittest

import maker

ARGS = None
DEVICE, OTHER = "01" + "ab" * 32, "01" + "cd" * 32
SIGNER = "5e" * 48
REFERENCES = ["--root", "r", "--ref", "r", "--ref-key", "k"]
FORM = "application/x-www-form-urlencoded"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def command(folder, store, *words):
    return subprocess.run([ARGS.serve, "serve", "--store", store, *words], cwd=folder,
                          capture_output=True, text=True, timeout=30, check=False)


class Server:
    """One copy; all copies in a folder have the same certificate."""

    def __init__(self, folder, store, *words, program=None):
        self.port, self.view = free_port(), free_port()
        self.folder = folder
        references = [] if program else REFERENCES
        self.process = subprocess.Popen(
            [program or ARGS.serve, "serve", "--store", store, *references,
             "--listen", f"127.0.0.1:{self.port}", "--view", f"127.0.0.1:{self.view}", *words],
            cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        atexit.register(self.process.kill)  # should a test fail before it stops this copy
        line = self.process.stdout.readline()
        if "made the certificate" in line:
            line = self.process.stdout.readline()
        if line != "cordon serve: ready\n":
            raise AssertionError(line + self.process.stderr.read())
        self.trust = ssl.create_default_context(cafile=os.path.join(folder, "serve-cert.pem"))

    def ask(self, method, path, body=None, headers=None, view=False):
        connection = http.client.HTTPSConnection("127.0.0.1", self.view if view else self.port,
                                                 context=self.trust, timeout=20)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers
        finally:
            connection.close()

    def challenge(self, device=DEVICE):
        status, body, _ = self.ask("POST", "/challenge", "device=" + device,
                                   {"Content-Type": FORM})
        return status, json.loads(body)

    def nonce(self, device=DEVICE):
        status, answer = self.challenge(device)
        if status != 200:
            raise AssertionError(answer)
        return answer["nonce"]

    def evidence(self, nonce, word="good", device=DEVICE, log=b"log", text=False):
        token = word if isinstance(word, bytes) else f"{word} {nonce}".encode()
        parts = {"device": device.encode(), "nonce": nonce.encode(), "token": token, "log": log}
        return self.form(parts.items(), {"Accept": "text/plain"} if text else {})

    def form(self, parts, headers=None):
        line = b"part-of-a-test"
        body = b"".join(b"--" + line + b"\r\nContent-Disposition: form-data; name=\"" +
                        name.encode() + b"\"\r\n\r\n" + data + b"\r\n"
                        for name, data in parts) + b"--" + line + b"--\r\n"
        kind = {"Content-Type": "multipart/form-data; boundary=" + line.decode()}
        status, body, _ = self.ask("POST", "/evidence", body, {**kind, **(headers or {})})
        return status, body.decode()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        _, said = self.process.communicate(timeout=20)
        return self.process.returncode, said


class Tags(html.parser.HTMLParser):
    """The names of the elements and the text of a page."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.text += data


class Sqlite:
    """The store in a file."""

    def __init__(self):
        self.folder = tempfile.mkdtemp()
        self.url = os.path.join(self.folder, "store.db")

    def new(self):
        self.url = os.path.join(self.folder, f"store{time.monotonic_ns()}.db")
        return self.url

    def close(self):
        shutil.rmtree(self.folder)


class Postgres:
    """A PostgreSQL of our own, that listens on a socket in its folder only."""

    def __init__(self):
        programs = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
        self.bin = os.path.dirname(programs[-1])
        self.folder = tempfile.mkdtemp()
        self.user = {}
        if os.getuid() == 0:
            self.user = {"user": "postgres", "group": "postgres", "extra_groups": []}
            entry = pwd.getpwnam("postgres")
            os.chown(self.folder, entry.pw_uid, entry.pw_gid)
        os.chmod(self.folder, 0o755)
        self.data = os.path.join(self.folder, "data")
        self.run("initdb", "-D", self.data, "-U", "cordon", "-A", "trust", "--no-sync")
        self.start()

    def run(self, program, *words):
        subprocess.run([os.path.join(self.bin, program), *words], cwd=self.folder, check=True,
                       stdout=subprocess.DEVNULL, timeout=120, **self.user)

    def start(self):
        self.run("pg_ctl", "-D", self.data, "-w", "-l", os.path.join(self.folder, "log"), "-o",
                 f"-c listen_addresses= -c unix_socket_directories={self.folder} -c fsync=off",
                 "start")

    def stop(self):
        self.run("pg_ctl", "-D", self.data, "-w", "-m", "fast", "stop")

    def new(self):
        name = f"store{time.monotonic_ns()}"
        self.run("createdb", "-h", self.folder, "-U", "cordon", name)
        return f"postgres:///{name}?host={self.folder}&user=cordon"

    def close(self):
        self.stop()
        shutil.rmtree(self.folder)


class Serving:
    """What holds with every store; each test has a store and one server of its own."""

    BACKEND = None

    @classmethod
    def setUpClass(cls):
        cls.backend = cls.BACKEND()

    @classmethod
    def tearDownClass(cls):
        cls.backend.close()

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        self.store = self.backend.new()
        self.servers = []
        self.change(0, "--enrol", DEVICE, "--device-name", "<pump> & co")
        self.server = self.start()

    def tearDown(self):
        for server in self.servers:
            status, said = server.stop()
            self.assertEqual((status, said), (0, ""))

    def start(self, *words):
        self.servers.append(Server(self.folder, self.store, *words))
        return self.servers[-1]

    def change(self, status, *words):
        done = command(self.folder, self.store, *words)
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stderr

    # ---- challenges and evidence ----

    def test_good_evidence_is_trusted(self):
        status, body = self.server.evidence(self.server.nonce())
        self.assertEqual(status, 200, body)
        answer = json.loads(body)
        self.assertEqual((answer["code"], answer["verdict"]), (0, "trusted"))
        self.assertEqual([step["result"] for step in answer["steps"]],
                         ["PASS", "SKIP", "PASS", "PASS"])
        self.assertEqual(answer["ear"], {"ear.status": "affirming"})

    def test_bad_evidence_is_not(self):
        status, body = self.server.evidence(self.server.nonce(), "bad")
        answer = json.loads(body)
        self.assertEqual((status, answer["code"]), (200, 5))
        self.assertIn({"result": "FAIL", "name": "components",
                       "why": '<b>VFW is another</b> & "more"'}, answer["steps"])

    def test_plain_lines_for_the_agent(self):
        status, body, _ = self.server.ask("GET", "/challenge?device=" + DEVICE, None,
                                          {"Accept": "text/plain"})
        self.assertEqual(status, 200)
        nonce = body.decode().split()[1]
        status, body = self.server.evidence(nonce, "bad", text=True)
        self.assertEqual(body.splitlines()[:3],
                         ["verdict 5 not trusted", "PASS signature: signed", "SKIP log: "])

    def test_nonces_differ(self):
        self.assertEqual(len({self.server.nonce() for _ in range(10)}), 10)

    def test_nonce_is_answered_once(self):
        nonce = self.server.nonce()
        self.assertEqual(self.server.evidence(nonce, "bad")[0], 200)
        status, body = self.server.evidence(nonce)
        self.assertEqual(status, 409)
        self.assertIn("answered before", body)

    def test_expired_nonce_is_refused(self):
        server = self.start("--ttl", "1")
        nonce = server.nonce()
        time.sleep(2.1)
        status, body = server.evidence(nonce)
        self.assertEqual(status, 410)
        self.assertIn("too old", body)

    def test_unknown_nonce_is_refused(self):
        self.assertEqual(self.server.evidence("00" * 32)[0], 404)

    def test_nonce_of_another_device_is_refused_and_stays(self):
        self.change(0, "--enrol", OTHER)
        nonce = self.server.nonce()
        status, body = self.server.evidence(nonce, device=OTHER)
        self.assertEqual(status, 403, body)
        self.assertEqual(self.server.evidence(nonce)[0], 200)

    def test_unknown_device_gets_no_nonce(self):
        self.assertEqual(self.server.challenge(OTHER)[0], 404)

    def test_open_server_enrols_who_passes(self):
        server = self.start("--open")
        self.assertEqual(server.evidence(server.nonce(OTHER), "bad", OTHER)[0], 200)
        self.assertEqual(self.server.challenge(OTHER)[0], 404)
        self.assertEqual(server.evidence(server.nonce(OTHER), "good", OTHER)[0], 200)
        self.assertEqual(self.server.challenge(OTHER)[0], 200)

    def test_open_challenges_are_bounded(self):
        statuses = [self.server.challenge()[0] for _ in range(18)]
        self.assertEqual(statuses, [200] * 16 + [429] * 2)

    def test_copies_share_nonces_and_one_wins(self):
        copies = [self.server, self.start()]
        for _ in range(5):
            nonce = copies[0].nonce()
            with concurrent.futures.ThreadPoolExecutor(8) as pool:
                asked = [pool.submit(copies[n % 2].evidence, nonce) for n in range(8)]
            statuses = sorted(future.result()[0] for future in asked)
            self.assertEqual(statuses, [200] + [409] * 7)

    def test_nonce_outlives_the_server(self):
        nonce = self.server.nonce()
        self.assertEqual(self.servers.pop().stop(), (0, ""))
        server = self.start()
        self.assertEqual(server.evidence(nonce)[0], 200)
        self.assertEqual(server.evidence(nonce)[0], 409)

    # ---- revocation ----

    def test_revoked_device(self):
        nonce = self.server.nonce()
        self.change(0, "--revoke", "device:" + DEVICE, "--reason", "stolen")
        self.assertEqual(self.server.evidence(nonce)[0], 403)
        self.assertEqual(self.server.challenge()[0], 403)
        self.change(0, "--unrevoke", "device:" + DEVICE)
        self.assertEqual(self.server.evidence(nonce)[0], 200)

    def test_revoked_signer(self):
        log = b"signer " + SIGNER.encode()
        self.assertEqual(json.loads(self.server.evidence(self.server.nonce(), log=log)[1])["code"],
                         0)
        self.change(0, "--revoke", "signer:" + SIGNER)
        answer = json.loads(self.server.evidence(self.server.nonce(), log=log)[1])
        self.assertEqual(answer["code"], 6)
        self.assertEqual(answer["steps"][-1]["name"], "revocation")
        self.assertEqual(answer["steps"][-1]["result"], "FAIL")

    # ---- what comes in ----

    def test_too_large_a_body_is_refused_before_it_comes(self):
        status, _, _ = self.server.ask("POST", "/evidence", b"x", {
            "Content-Type": FORM, "Content-Length": str(200 * 1024)})
        self.assertEqual(status, 413)
        status, _, _ = self.server.ask("POST", "/evidence", iter([b"x"]), {"Content-Type": FORM})
        self.assertEqual(status, 411)

    def test_too_large_a_part_is_refused(self):
        nonce = self.server.nonce()
        for part, size in (("token", 17 * 1024), ("log", 65 * 1024), ("nonce", 65)):
            parts = {"device": DEVICE.encode(), "nonce": nonce.encode(), "token": b"t",
                     "log": b"l", part: b"0" * size}
            self.assertEqual(self.server.form(parts.items())[0], 400, part)
        self.assertEqual(self.server.evidence(nonce)[0], 200)

    def test_forms_that_are_none(self):
        nonce = self.server.nonce().encode()
        good = {"device": DEVICE.encode(), "nonce": nonce, "token": b"t", "log": b"l"}
        for name in good:
            parts = {key: value for key, value in good.items() if key != name}
            self.assertEqual(self.server.form(parts.items())[0], 400, name)
        for wrong in ({"more": b"m"}, {"nonce": nonce[:-2]}, {"device": DEVICE.upper().encode()}):
            self.assertEqual(self.server.form({**good, **wrong}.items())[0], 400, wrong)
        for name in good:
            twice = [*good.items(), (name, good[name])]
            self.assertEqual(self.server.form(twice)[0], 400, name)
        self.assertEqual(self.server.ask("POST", "/evidence", b"{}", {
            "Content-Type": "application/json"})[0], 400)
        self.assertEqual(self.server.ask("POST", "/challenge", b"device='; DROP TABLE devices",
                                         {"Content-Type": FORM})[0], 400)

    def test_other_requests(self):
        self.assertEqual(self.server.ask("GET", "/evidence")[0], 404)
        self.assertEqual(self.server.ask("PUT", "/challenge", b"")[0], 405)
        self.assertEqual(self.server.ask("GET", "/")[0], 404)
        self.assertEqual(self.server.ask("GET", "/devices")[0], 404)

    # ---- pages ----

    def test_devices_as_json(self):
        self.server.evidence(self.server.nonce(), "bad")
        status, body, _ = self.server.ask("GET", "/devices", view=True)
        devices = json.loads(body)
        self.assertEqual((status, len(devices)), (200, 1))
        self.assertEqual({key: devices[0][key] for key in ("id", "name", "code", "revoked")},
                         {"id": DEVICE, "name": "<pump> & co", "code": 5, "revoked": False})

    def test_pages_escape_what_they_show(self):
        self.server.evidence(self.server.nonce(), "bad")
        for path in ("/", "/device?id=" + DEVICE):
            status, body, headers = self.server.ask("GET", path, view=True)
            page = Tags(body.decode())
            self.assertEqual(status, 200)
            self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
            self.assertIn("<pump> & co", page.text)
            self.assertIn("not trusted", page.text)
            self.assertFalse({"script", "pump", "b"} & set(page.tags))
        self.assertIn('<b>VFW is another</b> & "more"', page.text)

    def test_page_of_no_device(self):
        for path in ("/device?id=" + OTHER, "/device?id=%22%3E%3Cscript%3E", "/device", "/x"):
            self.assertEqual(self.server.ask("GET", path, view=True)[0], 404)

    def test_old_results_are_dropped(self):
        server = self.start("--keep", "2")
        for _ in range(4):
            server.evidence(server.nonce())
        _, body, _ = server.ask("GET", "/device?id=" + DEVICE, view=True)
        self.assertEqual(Tags(body.decode()).tags.count("h2"), 2)

    # ---- the operator ----

    def test_changes_are_checked(self):
        self.assertIn("66 lower-case", self.change(1, "--enrol", "AB"))
        self.change(1, "--revoke", "signer:" + DEVICE)
        self.change(1, "--enrol", DEVICE, "--remove", DEVICE)
        self.change(12, "--remove", OTHER)
        self.change(12, "--unrevoke", "device:" + OTHER)
        self.change(0, "--remove", DEVICE)
        self.assertEqual(self.server.challenge()[0], 404)


class WithSqlite(Serving, unittest.TestCase):
    BACKEND = Sqlite


class WithPostgres(Serving, unittest.TestCase):
    BACKEND = Postgres

    def test_database_goes_and_comes_again(self):
        nonce = self.server.nonce()
        self.backend.stop()
        self.assertEqual(self.server.evidence(nonce)[0], 503)
        self.assertEqual(self.server.challenge()[0], 503)
        self.backend.start()
        self.assertEqual(self.server.evidence(nonce)[0], 200)
        _, said = self.servers.pop().stop()
        self.assertIn("the store failed", said)


class Appraising(unittest.TestCase):
    """With the appraisal of cordon verify."""

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        self.device = maker.Device()
        self.log = maker.usual_log()
        self.id = self.id_of(self.device)
        for name, data in (("root.pem", self.device.root_pem().encode()),
                           ("ref.cbor", maker.corim(self.device, self.log)),
                           ("signer.pem", maker.public_pem(maker.SIGNER).encode())):
            with open(os.path.join(self.folder, name), "wb") as file:
                file.write(data)
        self.change("--enrol", self.id)
        self.server = Server(self.folder, "store.db", "--root", "root.pem", "--ref", "ref.cbor",
                             "--ref-key", "signer.pem", "--require-policy", "sandbox",
                             program=ARGS.cordon)

    def tearDown(self):
        self.assertEqual(self.server.stop(), (0, ""))

    @staticmethod
    def id_of(device):
        return "01" + maker.sha384(device.uds.point)[:32].hex()

    def change(self, *words):
        done = subprocess.run([ARGS.cordon, "serve", "--store", "store.db", *words],
                              cwd=self.folder, capture_output=True, text=True, timeout=30,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stderr)

    def judged(self, nonce, device=None, log=None, at=None, **say):
        say = {"claims": {10: bytes.fromhex(at or nonce)}, **say}
        token = maker.token(device or self.device, self.log, say=say)
        status, body = self.server.evidence(nonce, token, self.id,
                                            self.log.data if log is None else log)
        self.assertEqual(status, 200, body)
        answer = json.loads(body)
        failed = [step["name"] for step in answer["steps"] if step["result"] == "FAIL"]
        return answer["code"], failed, answer

    def test_right_token(self):
        code, failed, answer = self.judged(self.server.nonce(self.id))
        self.assertEqual((code, failed), (0, []))
        self.assertEqual(answer["ear"]["submods"]["monitor"]["cordon.exit"], 0)
        _, body, _ = self.server.ask("GET", "/device?id=" + self.id, view=True)
        self.assertIn("registers", Tags(body.decode()).text)

    def test_token_for_another_nonce(self):
        old = self.server.nonce(self.id)
        code, failed, _ = self.judged(self.server.nonce(self.id), at=old)
        self.assertEqual((code, failed), (4, ["nonce"]))

    def test_token_of_another_device(self):
        code, failed, answer = self.judged(self.server.nonce(self.id), maker.Device("another"))
        self.assertEqual((code, failed, answer["ear"]), (4, ["device"], None))

    def test_log_that_is_not_the_tokens(self):
        code, failed, _ = self.judged(self.server.nonce(self.id), log=self.log.data[:-1])
        self.assertEqual(failed, ["log"])
        self.assertNotEqual(code, 0)

    def test_other_firmware(self):
        code, failed, _ = self.judged(self.server.nonce(self.id),
                                      firmware=[(0x80000000, b"another")])
        self.assertEqual(code, 5)
        self.assertIn("components", failed)

    def test_what_is_no_token(self):
        nonce = self.server.nonce(self.id)
        _, body = self.server.evidence(nonce, b"\xd2\x84", self.id, self.log.data)
        self.assertEqual(json.loads(body)["code"], 2)

    def test_signer_of_the_monitor_is_revoked(self):
        self.change("--revoke", "signer:" + maker.AUTHORITY.hex())
        code, failed, answer = self.judged(self.server.nonce(self.id))
        self.assertEqual((code, failed, answer["ear"]), (6, ["revocation"], None))


class Starting(unittest.TestCase):
    """Starts that fail say why, each with a code of its own."""

    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)

    def fails(self, code, said, *words):
        done = command(self.folder, "store.db", *words)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertIn(said, done.stderr)

    def test_usage(self):
        self.fails(1, "--help", "--nonsense")
        self.fails(1, "from 1 to", *REFERENCES, "--ttl", "0")
        self.fails(1, "keep", *REFERENCES, "--keep", "-1")
        self.fails(1, "--ref", "--root", "r")
        self.fails(1, "--root", "--ref", "r", "--ref-key", "k")

    def test_judge_cannot_start(self):
        self.fails(2, "reference values", "--root", "r", "--ref", "bad", "--ref-key", "k")

    def test_store_is_none(self):
        done = command(self.folder, os.path.join(self.folder, "no", "store"), *REFERENCES)
        self.assertEqual(done.returncode, 8)
        done = command(self.folder, "postgres:///x?host=/nowhere", *REFERENCES)
        self.assertEqual(done.returncode, 8)

    def test_certificate_is_half_or_none(self):
        open(os.path.join(self.folder, "serve-key.pem"), "w", encoding="ascii").close()
        self.fails(9, "cannot read the certificate", *REFERENCES)
        self.fails(9, "cannot make a certificate", *REFERENCES, "--cert", "no/c", "--key", "no/k")

    def test_port_is_taken(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            self.fails(10, "cannot listen", *REFERENCES, "--listen",
                       f"127.0.0.1:{taken.getsockname()[1]}")
        self.fails(10, "cannot listen", *REFERENCES, "--listen", "nowhere")

    def test_who_says_nothing_is_cut_off(self):
        server = Server(self.folder, "store.db")
        mute = socket.create_connection(("127.0.0.1", server.port))
        half = server.trust.wrap_socket(socket.create_connection(("127.0.0.1", server.port)),
                                        server_hostname="127.0.0.1")
        half.sendall(b"POST /evidence HTTP/1.1\r\nContent-Length: 9\r\n")
        for connection in (mute, half):
            with connection:
                connection.settimeout(40)
                began = time.monotonic()
                while connection.recv(100):
                    pass  # an alert of TLS
                self.assertLess(time.monotonic() - began, 35)
        self.assertEqual(server.stop(), (0, ""))

    def test_key_is_made_for_its_owner_alone(self):
        server = Server(self.folder, "store.db")
        mode = os.stat(os.path.join(self.folder, "serve-key.pem")).st_mode
        self.assertEqual(mode & 0o777, 0o600)
        with open(os.path.join(self.folder, "serve-cert.pem"), "rb") as file:
            first = file.read()
        self.assertEqual(server.stop(), (0, ""))
        Server(self.folder, "store.db").stop()
        with open(os.path.join(self.folder, "serve-cert.pem"), "rb") as file:
            self.assertEqual(file.read(), first)


def main():
    global ARGS
    parser = argparse.ArgumentParser()
    parser.add_argument("--serve", required=True)
    parser.add_argument("--cordon", required=True)
    ARGS, rest = parser.parse_known_args()
    ARGS.serve, ARGS.cordon = os.path.abspath(ARGS.serve), os.path.abspath(ARGS.cordon)
    unittest.main(argv=[__file__] + rest)


if __name__ == "__main__":
    main()
