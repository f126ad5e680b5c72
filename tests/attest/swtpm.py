# SPDX-License-Identifier: Apache-2.0
"""An emulated TPM 2.0 (swtpm) with its state in a folder: for provisioning, for QEMU, and with
somebody between QEMU and it who changes its answers."""
import array
import os
import shutil
import socket
import subprocess
import threading
import time


class Tpm:
    """The TPM whose state is in that folder, which is made if it is not there."""

    def __init__(self, folder):
        self.folder, self.process = folder, None
        os.makedirs(folder, exist_ok=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def copy(self, folder):
        """Another TPM with the same content, as no real one could be copied."""
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns("*.sock*"))
        return Tpm(folder)

    def start(self, *words):
        self.stop()
        for name in ("tpm.sock", "tpm.sock.ctrl"):
            if os.path.exists(self.path(name)):
                os.remove(self.path(name))
        self.process = subprocess.Popen(
            ["swtpm", "socket", "--tpm2", "--tpmstate", f"dir={self.folder}", "--ctrl",
             f"type=unixio,path={self.path('tpm.sock.ctrl')}", *words],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 20
        while not os.path.exists(self.path("tpm.sock.ctrl")):
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("swtpm does not start; install the package swtpm")
            time.sleep(0.02)

    def serve(self):
        """Starts it for programs of this machine; the socket's name."""
        self.start("--server", f"type=unixio,path={self.path('tpm.sock')}", "--flags",
                   "not-need-init,startup-clear")
        return self.path("tpm.sock")

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait(timeout=30)
            self.process = None

    def words(self, control=None):
        """Starts it for QEMU; QEMU's words."""
        self.start()
        return ["-chardev", f"socket,id=tpm,path={control or self.path('tpm.sock.ctrl')}",
                "-tpmdev", "emulator,id=tpm0,chardev=tpm", "-device",
                "tpm-tis-device,tpmdev=tpm0"]


def receive(s, count):
    data = b""
    while len(data) < count:
        part = s.recv(count - len(data))
        if not part:
            raise OSError("closed")
        data += part
    return data


class Between:
    """Between QEMU and a TPM: change(command, answer) says what QEMU gets for an answer."""

    SET_DATAFD = 0x10  # of swtpm's control channel; the data channel's descriptor goes with it

    def __init__(self, tpm, change):
        self.tpm, self.change = tpm, change
        self.name = tpm.path("between.sock")
        if os.path.exists(self.name):
            os.remove(self.name)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.name)
        self.listener.listen(1)
        threading.Thread(target=self.quietly, args=(self.control,), daemon=True).start()

    def words(self):
        return self.tpm.words(self.name)

    @staticmethod
    def quietly(what, *args):
        try:
            what(*args)
        except OSError:
            pass  # one side has gone

    def control(self):
        with self.listener:
            qemu, _ = self.listener.accept()
        with qemu, socket.socket(socket.AF_UNIX) as tpm:
            tpm.connect(self.tpm.path("tpm.sock.ctrl"))
            threading.Thread(target=self.quietly, args=(self.pass_on, tpm, qemu),
                             daemon=True).start()
            while True:
                data, more, _, _ = qemu.recvmsg(4096, socket.CMSG_SPACE(4))
                if not data:
                    return
                if more:
                    with self.data(more) as end:
                        tpm.sendmsg([data], [(socket.SOL_SOCKET, socket.SCM_RIGHTS,
                                              array.array("i", [end.fileno()]))])
                else:
                    tpm.sendall(data)

    @staticmethod
    def pass_on(tpm, qemu):
        while data := tpm.recv(4096):
            qemu.sendall(data)

    def data(self, more):
        """Takes QEMU's end of the data channel; the end of another for the TPM."""
        qemu = socket.socket(fileno=int.from_bytes(more[0][2][:4], "little"))
        ours, theirs = socket.socketpair(socket.AF_UNIX)
        threading.Thread(target=self.quietly, args=(self.exchange, qemu, ours),
                         daemon=True).start()
        return theirs

    def exchange(self, qemu, tpm):
        with qemu, tpm:
            while True:
                command = receive(qemu, 10)
                command += receive(qemu, int.from_bytes(command[2:6], "big") - 10)
                tpm.sendall(command)
                answer = receive(tpm, 10)
                answer += receive(tpm, int.from_bytes(answer[2:6], "big") - 10)
                qemu.sendall(self.change(command, answer))
