"""The protections of running for many clients, each as the edit that removes it, and where it is most likely missed."""

from tests.faults.mutations import Mutation, no, tests_of


def _access(*names: str) -> tuple[tuple[str, str], ...]:
    return tests_of("cli/test_access.py", *names)


def _running(*names: str) -> tuple[tuple[str, str], ...]:
    return tests_of("cli/test_run.py", *names)


def _told(*names: str) -> tuple[tuple[str, str], ...]:
    return tests_of("cli/test_run_troubles.py", *names)


_TOKENS = tests_of("unit/test_access_tokens.py")
_JUDGED = tests_of("unit/test_access_judgement.py")
_MATRIX = tests_of("cli/test_access_matrix.py")
_RATE = tests_of("cli/test_rate_limit.py")
_DUE = tests_of("unit/test_schedule.py")
_LOG = tests_of("cli/test_log.py")
_PAGE = tests_of(
    "cli/test_threat_model_page.py",
    "test_a_script_that_tests_for_an_empty_token_alone_lets_nobody_be_the_operator",
)

CLIENTS: tuple[Mutation, ...] = (
    no(
        "nobody is asked who calls",
        "cli/admission.py",
        '            options |= _admit(session, context.command_path.removeprefix("omen "), options)\n',
        _MATRIX,
        "            _admit\n",
    ),
    no(
        "the store does not come from the token",
        "cli/admission.py",
        '    return {"store": own} if own is not None and "store" in options else {}\n',
        _access(),
        "    return {}\n",
    ),
    no(
        "another store than the token's is not refused",
        "access/judgement.py",
        "    if own is not None and call.store_id not in (None, own):\n",
        _JUDGED,
        "    if False:\n",
    ),
    no(
        "--all is anybody's",
        "access/judgement.py",
        "    if own is not None and call.is_all:\n",
        _JUDGED,
        "    if False:\n",
    ),
    no(
        "any role may run any command",
        "access/judgement.py",
        "    if not principal.has(need.role):\n",
        _MATRIX,
        "    if False:\n",
    ),
    no(
        "an option needs no more than its command",
        "access/judgement.py",
        "        if name in call.options and not principal.has(role):\n",
        _MATRIX,
        "        if False:\n",
    ),
    no(
        "a refusal is not audited",
        "workflows/admission.py",
        "        _audit(settings, call, refused, principal, replace(caller, name=principal.name), unrecorded)\n",
        _access("test_the_audits_of_refusals_hold", "test_refusals_are_reviewed_each_once"),
    ),
    no(
        "refusals may fill the audit",
        "denials.py",
        "        if found and found.st_size > MAX_BYTES:\n",
        _access("test_whoever_asks_without_end_does_not_fill_the_audit"),
        "        if False:\n",
    ),
    no(
        "a blank token is none",
        "workflows/sign_in.py",
        '        if given := self.environ.get(VARIABLE, ""):\n',
        _PAGE,
        '        if given := self.environ.get(VARIABLE, "").strip():\n',
    ),
    no(
        "a token of a store that is gone leaves no trace",
        "workflows/admission.py",
        "        _audit(settings, call, gone, principal, replace(caller, name=principal.name), unrecorded)\n",
        _access("test_a_token_of_a_store_that_is_gone_leaves_a_trace"),
    ),
    no(
        "a refusal waits for another store's archive",
        "workflows/denied.py",
        "denial if store_id == own else replace(denial, wait_s=0)",
        _access("test_a_refusal_that_cannot_be_recorded_tells_of_no_store"),
        "denial",
    ),
    no(
        "an audit tells the holder of a token of other stores",
        "cli/audit_answers.py",
        "    if session.confined_to is not None:\n",
        _access("test_who_reviews_their_refusals_learns_of_no_other_store"),
        "    if session.confined_to == '':\n",
    ),
    no(
        "an expired token is good",
        "access/claims.py",
        "    if at - expires_at >= LEEWAY:  # not exp + LEEWAY: the year 9999 has an end\n",
        _TOKENS,
        "    if False:\n",
    ),
    no(
        "a token chooses its algorithm",
        "access/tokens.py",
        "            algorithms=[key.algorithm],\n",
        _TOKENS,
        '            algorithms=["HS256", "HS384", "HS512", "RS256", "RS512", "PS256", "EdDSA"],\n',
    ),
    no(
        "a token for another audience is good",
        "access/tokens.py",
        "            audience=expected.audience,\n",
        _TOKENS,
        '            audience=contents_of(token)[1].get("aud"),\n',
    ),
    no("a token of another issuer is good", "access/tokens.py", "            issuer=expected.issuer,\n", _TOKENS),
    no(
        "a short key is taken",
        "access/keys.py",
        "    if len(secret) < MIN_SECRET_BYTES:\n",
        _TOKENS,
        "    if not secret:\n",
    ),
    no(
        "a key that others may read is taken",
        "config/private_file.py",
        "        if kind.is_secret and not _is_private(descriptor):\n",
        _access("test_a_token_that_others_may_read_is_refused"),
        "        if False:\n",
    ),
    no(
        "the limit of the hour is not asked for",
        "workflows/rate_limit.py",
        "    if seconds is not None:\n",
        _RATE,
        "    if False:\n",
    ),
    no(
        "an owner's backfill counts as one",
        "workflows/batch.py",
        " and caller.is_admin\n",
        _RATE,
        "\n",
    ),
    no(
        "what was missed takes the room of what is due next",
        "workflows/run_generate.py",
        "leaves=len(due.frames))",
        _running("test_what_is_due_next_does_not_wait_for_what_was_missed"),
        "leaves=0)",
    ),
    no(
        "one store's failure ends the tick",
        "workflows/run.py",
        "    except Exception as error:  # noqa: BLE001  one store's failure is never another's; a bug's trace is kept there\n",
        _told("test_a_damaged_archive_is_told_once_and_the_others_go_on"),
        "    except ZeroDivisionError as error:\n",
    ),
    no(
        "a date of which nothing can be made ends its store's tick",
        "workflows/run_generate.py",
        "        except Exception as error:  # noqa: BLE001  one store's failure is never another's; a bug's trace is kept there\n",
        _told("test_a_date_of_which_there_is_no_inventory_keeps_nothing_else_back"),
        "        except ZeroDivisionError as error:\n",
    ),
    no(
        "a busy archive is a trouble",
        "workflows/run.py",
        "    except Busy:\n        tick.unsure.add(store.store_id)\n",
        _running("test_so_is_one_from_which_another_sends_or_for_which_another_computes"),
        "    except ZeroDivisionError:\n        tick.unsure.add(store.store_id)\n",
    ),
    no(
        "two runs at once",
        "run_memory.py",
        "    with locked(layout.run_lock, 0):\n",
        _running("test_two_at_once_the_second_says_so_and_exits_0"),
        "    if True:\n",
    ),
    Mutation(
        "what is caught up with is sent, too",
        (
            ("workflows/offers.py", "        is_whole = not self._is_newest or ", "        is_whole = "),
            ("workflows/offers.py", "        if not self._is_newest:\n            return ()\n", ""),
        ),
        _running("test_after_an_outage_all_that_is_missing_is_made_and_only_the_newest_is_sent"),
    ),
    no(
        "a corrected version is sent by itself",
        "workflows/offers.py",
        "bool(without) and is_correction(self._archive, entry, has_server=self.has_server)",
        _running("test_a_corrected_version_goes_only_by_send"),
        "False",
    ),
    no(
        "what was pruned after it was sent counts as never sent",
        "workflows/audited_before.py",
        "        if one not in later\n",
        tests_of(
            "cli/test_run_sent_before.py",
            "test_what_was_sent_and_pruned_is_told_and_not_sent_again_when_it_is_made_again",
        ),
        "        if one not in later and one not in settled\n",
    ),
    no(
        "who was taken out of the recipients gets what was queued",
        "workflows/offers.py",
        ' == "queued" and self._is_for(key, own)]',
        _told("test_whom_somebody_took_out_of_the_recipients_gets_nothing_any_more"),
        ' == "queued"]',
    ),
    no(
        "what is put off is offered at every tick",
        "workflows/retries.py",
        '    return "later" if tries and now - tries[-1] < _pause(tries) else "now"\n',
        _told("test_whom_it_puts_off_is_tried_again_ever_more_seldom_and_nobody_is_bothered"),
        '    return "now"\n',
    ),
    no(
        "what is put off is never given up",
        "workflows/retries.py",
        "    if tries and tries[-1] - own[0] >= GIVEN_UP_AFTER:\n",
        _told("test_what_is_put_off_for_three_days_is_given_up_and_told_once"),
        "    if False:\n",
    ),
    no(
        "a trouble is told at every tick",
        "workflows/tick.py",
        "        return tuple(one for key, one in self.troubles.items() if key not in told)\n",
        _told("test_one_stores_broken_export_is_told_once_and_is_no_other_stores"),
        "        return tuple(self.troubles.values())\n",
    ),
    no(
        "what is over is never told again",
        "workflows/tick.py",
        "if key in self.troubles or self._may_stand(key, one)}",
        _told("test_what_comes_again_after_it_was_over_is_told_again"),
        "}",
    ),
    no(
        "what was pruned is made again",
        "workflows/due.py",
        "        missing = [day for day in missing if day not in gone]\n",
        _running("test_what_was_pruned_is_not_made_again"),
        "        missing = [day for day in missing if day]\n",
    ),
    no(
        "a server that nobody reaches is tried for every message",
        "workflows/run.py",
        "        if offer.to and tick.unreached < _MOST_UNREACHED:\n",
        _told("test_a_server_that_nobody_reaches_is_told_once_and_is_left_alone_after_two_tries"),
        "        if offer.to:\n",
    ),
    no(
        "the log tells the address of a token's holder",
        "cli/log.py",
        '    return f"{who.role} of {who.store_id}" if who.store_id in settings.stores else who.role\n',
        _LOG,
        "    return who.name\n",
    ),
    no(
        "the log has no bound",
        "command_log.py",
        "            unlink(layout.log_file(*old))\n",
        _LOG,
        "            layout.log_file(*old)\n",
    ),
)
