"""Sign-in (登录): who asks is settled here before any route is, and nowhere else.

What is not named below as open needs a session; what is not named as asking by rights is for
readers without limits. A route that somebody adds is closed until somebody opens it.
"""

import hashlib
import hmac
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from threading import Lock
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Flask, g, redirect, request, session
from werkzeug.security import check_password_hash, generate_password_hash
from werkzeug.wrappers import Response

from dashboards.accounts import (
    SENSITIVE,
    SIGNED_IN,
    SIGNED_OUT,
    WRONG_PASSWORD,
    Account,
    Accounts,
    NotRecordedError,
)
from dashboards.reader import CITY, Reader
from dashboards.sign_in_page import (
    ADDRESS,
    LEAVING,
    LONGEST_PASSWORD,
    sign_in_page,
    who_is_there,
)
from models.catalogue_model import Catalogue
from models.period import Clock

SUITES = "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>"
OPEN = frozenset({"_dash_assets.static", "/_favicon.ico", "sign_in", "sign_out"})
"""Without a session: nothing of the data is in them."""
PAGES = frozenset({"/", "/<path:path>", "koujing", "find"})
"""Opened by an address: without a session they lead to the sign-in."""
DATA_LESS = frozenset({SUITES, "/_dash-dependencies", "/_reload-hash"})
FILES = frozenset({"export", "print", "table"})
BY_RIGHTS = PAGES | DATA_LESS | FILES | {"/_dash-layout", "/_dash-update-component"}
"""They ask with the reader of the request, so that a reader with limits may have them."""
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


@cache
def _nobody() -> str:
    """Compared with where there is no such name, so that both take as long."""
    return generate_password_hash("")


def reader() -> Reader:
    """Who asks in this request; where nobody was settled there is no answer."""
    rights: Reader = g.reader
    return rights


def is_settled() -> bool:
    """Whether it is known who asks in this request."""
    return "reader" in g


def onward(asked: str | None) -> str:
    """Where to go after signing in: a path of this site, and nothing else."""
    path = asked or "/"
    is_ours = path.startswith("/") and not path.startswith("//") and "\\" not in path
    return path if is_ours and path.isprintable() else "/"


@dataclass
class Door:
    """Lets readers in. Without accounts everybody is the city's reader, as on one machine."""

    catalogue: Catalogue
    clock: Clock
    accounts: Accounts | None = None
    _one_by_one: Lock = field(default_factory=Lock)

    def put_before(self, server: Flask) -> None:
        """Guard every route of a server, and add the two of its own."""
        limits = self.catalogue.parameters["sign_in"]
        self._longest = timedelta(hours=limits["session_hours"])
        self._locked = timedelta(minutes=limits["locked_minutes"])
        self._tries = int(limits["wrong_tries"])
        if self.accounts:
            server.secret_key = self.accounts.secret
        server.config.update(SESSION_COOKIE_NAME="sanji", SESSION_COOKIE_SAMESITE="Lax",
                             SESSION_COOKIE_HTTPONLY=True)  # fmt: skip
        # Before everything: Dash asks for its layout in the first request it is given.
        server.before_request_funcs.setdefault(None, []).insert(0, self.guard)
        server.register_error_handler(NotRecordedError, lambda _: self._plain("not_recorded", 503))
        server.after_request(self._unkept)
        server.add_url_rule(ADDRESS, "sign_in", self.sign_in, methods=["GET", "POST"])
        server.add_url_rule(LEAVING, "sign_out", self.sign_out, methods=["POST"])

    def guard(self) -> Response | None:
        """Settle who asks, or turn away."""
        g.name = None
        if not self.accounts or not self.accounts.is_needed():
            g.reader = CITY
            return None
        if request.method in UNSAFE and not _is_from_here():
            return self._plain("from_elsewhere", 403)
        if request.endpoint in OPEN:
            return None
        account = self._signed_in()
        if account is None:
            return self._turned_away()
        g.name, g.reader = account.name, account.reader
        if request.endpoint in BY_RIGHTS or request.endpoint is None:
            return None
        return self._unlisted(account.reader)

    def _unlisted(self, rights: Reader) -> Response | None:
        """A route of which nothing is known: it may show anything of anybody."""
        if rights.counties is not None or rights.units is not None:
            return self._plain("not_for_you", 403)
        self.log([SENSITIVE])
        return None

    def log(self, kinds: Iterable[str], path: str = "") -> None:
        """Write what is shown into the log; if that cannot be done, it is not shown.

        Raises:
            NotRecordedError: it could not be written.
        """
        if self.accounts and g.name:
            for kind in sorted(kinds):
                self.accounts.record(g.name, kind, path or _asked_for(), self.clock())

    def who(self) -> list[Any]:
        """The end of the bar."""
        return who_is_there(self.catalogue, g.name, reader())

    def sign_in(self) -> Response:
        """Show the form, or take what was typed into it."""
        if request.method == "POST" and self.accounts:
            return self._tried(self.accounts)
        where = onward(request.args.get("next"))
        if not self.accounts or not self.accounts.is_needed() or self._signed_in():
            return redirect(where)
        return self._form(where)

    def _tried(self, accounts: Accounts) -> Response:
        name = request.form.get("name", "").strip()
        where, now = onward(request.form.get("next")), self.clock()
        password = request.form.get("password", "")[:LONGEST_PASSWORD]
        try:
            # One after another: tries sent at the same moment are all counted.
            with self._one_by_one:
                if accounts.wrong_passwords(name, now - self._locked) >= self._tries:
                    return self._form(where, name, "locked", 429)
                account = accounts.find(name)
                kept = account.password_hash if account else _nobody()
                if not check_password_hash(kept, password) or account is None:
                    if account:
                        accounts.record(name, WRONG_PASSWORD, ADDRESS, now)
                    return self._form(where, name, "wrong", 401)
                accounts.record(name, SIGNED_IN, ADDRESS, now)
        except NotRecordedError:
            return self._form(where, name, "not_recorded", 503)
        session.clear()
        session.update(name=name, since=now.isoformat(), mark=_mark(account))
        return redirect(where, 303)

    def sign_out(self) -> Response:
        """End the session. Its leaving is logged if the log can be written."""
        account = self._signed_in()
        if account and self.accounts:
            session.clear()
            with suppress(NotRecordedError):
                self.accounts.record(account.name, SIGNED_OUT, LEAVING, self.clock())
        return redirect(ADDRESS, 303)

    def _signed_in(self) -> Account | None:
        """The account of the session: in force, its password unchanged, not too long ago."""
        name, since = session.get("name"), session.get("since")
        if not self.accounts or not name or not since:
            return None
        if not timedelta(0) <= self.clock() - datetime.fromisoformat(since) < self._longest:
            return None
        account = self.accounts.find(name)
        if account and hmac.compare_digest(_mark(account), session.get("mark", "")):
            return account
        return None

    def _turned_away(self) -> Response:
        if request.endpoint in PAGES and request.method not in UNSAFE:
            return redirect(f"{ADDRESS}?next={quote(_asked_for())}")
        return self._plain("needed", 401)

    def _form(self, where: str, name: str = "", wrong: str = "", status: int = 200) -> Response:
        fills = {"minutes": int(self._locked.total_seconds() // 60)}
        said = self.catalogue.say(f"sign_in.{wrong}", **fills) if wrong else ""
        page = sign_in_page(self.catalogue, where, name, said)
        return Response(page, status, content_type="text/html; charset=utf-8")

    def _plain(self, key: str, status: int) -> Response:
        text = self.catalogue.say(f"sign_in.{key}")
        return Response(text, status, content_type="text/plain; charset=utf-8")

    def _unkept(self, answer: Response) -> Response:
        """What was shown to one reader is kept by no browser: Back shows nothing to the next."""
        answer.headers.update(HEADERS)
        is_shared = request.endpoint in DATA_LESS or request.endpoint == "_dash_assets.static"
        if self.accounts and not is_shared:
            answer.headers["Cache-Control"] = "no-store"
        return answer


def _is_from_here() -> bool:
    return urlsplit(request.headers.get("Origin", "")).netloc == request.host


def _asked_for() -> str:
    query = request.query_string.decode(errors="replace")
    return f"{request.path}?{query}" if query else request.path


def _mark(account: Account) -> str:
    """Changes with the password: a session does not outlive it."""
    return hashlib.sha256(account.password_hash.encode()).hexdigest()[:32]
