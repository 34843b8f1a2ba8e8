. "$E2E/helpers.sh"

# Client ids and topics that mean something to a terminal, to CI, to HTML, or to nobody.
command -v python3 >/dev/null || {
	echo "# skipped: no python3 to say what no MQTT library would"
	exit 0
}
cat >say.py <<'PY'
import socket
def text(b): return len(b).to_bytes(2, "big") + b
def packet(first, body): return bytes([first, len(body)]) + body
for name in (b"\x1b[31m\n::error::red", b"\r##[error]x\x07", "\u202egnp.\u2066|`<b>]]>".encode(),
             b"\xff\xc3", b"a\0b", b"%0A::warning::c"):
    s = socket.socket(socket.AF_UNIX)
    s.connect("proxy.sock")
    s.sendall(packet(0x10, text(b"MQTT") + b"\x04\x02\x00\x3c" + text(name))
              + packet(0x30, text(b"t/" + name) + b"\x1b]0;owned\x07::error::" + name))
    s.settimeout(0.5)
    try:
        s.recv(100)
    except OSError:
        pass
    s.close()
PY
live_broker
live_proxy --record events.ndjson
jobjam ctl control arm "$(printf 'client/\033[2J*')" drop type=PUBLISH
cat output errors >told
python3 say.py
wait_for grep -q '%0A::warning::c' events.ndjson
jobjam ctl control faults
cat output errors >>told
jobjam ctl control receipts
cat output errors >>told
jobjam ctl control arm "$(printf 'x\n::error::y')" "$(printf '\033[31mdorp')"
cat output errors >>told
proxy_ends
cat proxy.out proxy.err >>told

python3 - told events.ndjson <<'PY' || fail "something came alive"
import re, sys
for path in sys.argv[1:]:
    text = open(path, "rb").read().decode()  # fails where it is no UTF-8
    assert not re.search("[\0-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f]", text), path
    # A line of JSON begins with its bracket; what people and CI see may hold no command.
    assert path != "told" or not re.search(r"^\s*::|##\[", text, re.M), path
PY
whole_lines events.ndjson
file_has events.ndjson 'link/client/'
