"""The protections of the migration, each as the edit that removes it, and where it is most likely to be missed."""

from tests.faults.mutations import Mutation, no, tests_of


def _in_migrate(*names: str) -> tuple[tuple[str, str], ...]:
    return tests_of("cli/test_migrate.py", *names)


def _again(*names: str) -> tuple[tuple[str, str], ...]:
    return tests_of("cli/test_migrate_again.py", *names)


_PLAN = tests_of("unit/test_legacy_plan.py")
_MEANWHILE = tests_of("legacy/test_migrate_meanwhile.py")
_REFUSALS = tests_of("cli/test_migrate_refusals.py")
_WRITING = tests_of("archive/test_migrating.py")
_LATE = tests_of("legacy/test_migrate_late.py")
_ORDER = tests_of("archive/test_migration_order.py")

MIGRATING: tuple[Mutation, ...] = (
    no(
        "the old tree is not compared at the end",
        "workflows/migrate.py",
        "    found.tree.require_unchanged()\n",
        _MEANWHILE,
    ),
    no(
        "the hashes of the old files are not compared",
        "workflows/old_tree.py",
        "            if hash_old(self.root / path) != digest:\n",
        _MEANWHILE,
        "            if not digest:\n",
    ),
    no(
        ".omen-format before the comparison",
        "workflows/migrate.py",
        "    found.tree.require_unchanged()\n",
        _MEANWHILE,
        "    finish_migration(layout, caller.lock_wait_s)\n    found.tree.require_unchanged()\n",
    ),
    no(
        "whether every snapshot is there is not looked at",
        "workflows/migrate.py",
        "    _require_all_there(settings, found)\n",
        _MEANWHILE,
    ),
    no(
        "an old file that changed since it was read is brought over",
        "workflows/composed.py",
        " or sha256(raw).hexdigest() != file.sha256:\n",
        _MEANWHILE,
        ":\n",
    ),
    no(
        "a snapshot takes the place of what stands under its name",
        "migrating.py",
        "    if not link(layout.migrated_draft, layout.snapshot(snapshot.id)):\n",
        _WRITING,
        "    if rename(layout.migrated_draft, layout.snapshot(snapshot.id)):\n",
    ),
    no(
        "a snapshot is written under its name",
        "migrating.py",
        "    write_new(layout.migrated_draft, raw)\n",
        _WRITING,
        "    write_new(layout.snapshot(snapshot.id), raw)\n    write_new(layout.migrated_draft, raw)\n",
    ),
    no(
        "no fsync of the folder after a batch's names",
        "migrating.py",
        "for one in batch]\n        fsync_folder(layout.root)\n",
        _WRITING,
        "for one in batch]\n",
    ),
    no(
        "a batch without .pending",
        "migrating.py",
        "    with under_way(change, [one.id for one in batch]):\n",
        _WRITING,
        "    if under_way:\n",
    ),
    no(
        "what a dead migration left is not finished",
        "migrating.py",
        "        reconcile(change)\n        there = ",
        tests_of("legacy/test_migrate_properties.py", "test_a_crash_at_any_call_and_a_second_run_equal_a_clean_run"),
        "        there = ",
    ),
    no(
        "no fsync of the folder after the last batch",
        "migrating.py",
        "        fsync_folder(layout.root)  # that",
        _WRITING,
        "        # that",
    ),
    no(
        "a README is not durable before the locks",
        "tree.py",
        "    fsync_folder(layout.root)  # beside",
        _ORDER,
        "    # beside",
    ),
    no(
        "no fsync of data after .omen-format",
        "tree.py",
        "        _make_format(layout)\n        fsync_folder(layout.data)\n",
        _ORDER,
        "        _make_format(layout)\n",
    ),
    no(
        "what was pruned is brought over again",
        "standing.py",
        " and wanted.id not in self.gone and",
        _again("test_what_was_pruned_stays_away_also_when_another_snapshot_is_brought_over"),
        " and",
    ),
    no(
        "a version that the archive has is taken",
        "standing.py",
        " and self.rival(wanted) is None\n",
        (*_WRITING, *_in_migrate("test_a_version_that_the_archive_has_already_is_quarantined_not_replaced")),
        "\n",
    ),
    no(
        "old files under the names of new ones",
        "workflows/survey.py",
        "    require_free_names(settings.data, tree, planned.snapshots)\n",
        _in_migrate("test_an_old_file_under_the_name_of_a_new_one_is_never_overwritten"),
    ),
    no(
        "two names that differ in case only",
        "legacy/names.py",
        "        if other != name:\n",
        _in_migrate("test_two_stores_that_differ_in_case_only_are_refused"),
        "        if not other:\n",
    ),
    no(
        "a store that stores.yaml lacks",
        "workflows/survey.py",
        "    if found and not adds_stores:\n",
        _in_migrate("test_a_store_that_stores_yaml_lacks_is_refused"),
        "    if not adds_stores and not settings.stores:\n",
    ),
    no(
        "another old archive in the data root",
        "workflows/survey.py",
        "    if is_unmigrated(layout) and not tree.is_in_place:\n",
        _in_migrate("test_another_old_archive_in_the_data_root_is_refused"),
        "    if is_unmigrated(layout) and not tree.files:\n",
    ),
    no(
        "no look at the room on the disk",
        "cli/migrate.py",
        "    if not found.has_nothing_to_do:\n        require_room(settings, found)\n",
        (*_in_migrate("test_a_disk_without_room_for_all_of_it_is_refused"), *_REFUSALS),
    ),
    no(
        "a snapshot that was brought over as another store's",
        "workflows/compared.py",
        "    require_one_store(snapshots, standings)\n",
        _again("test_another_default_store_does_not_bring_a_snapshot_over_twice"),
    ),
    no(
        "a snapshot that is lost since is not missed",
        "workflows/brought_before.py",
        "    if raw is None or sha256(raw).hexdigest() != had.sha256:\n",
        _again("test_a_snapshot_that_is_lost_since_is_said_and_can_be_brought_over_anew"),
        "    if raw is None and problem is None:\n",
    ),
    no(
        "a file repeats another only to the byte",
        "legacy/decide.py",
        "        if made.file and file.sense == made.file.sense:\n",
        _PLAN,
        "        if made.file and file.sha256 == made.file.sha256:\n",
    ),
    no(
        "an entry repeats another only to the letter",
        "legacy/claims.py",
        "            if one.sense == best.sense:\n",
        _PLAN,
        "            if one.text == best.text:\n",
    ),
    no(
        "a file of another store is taken for an entry's",
        "legacy/match.py",
        "        found = [entry for entry in known if self._is_of_one_store(entry, file)]\n",
        _PLAN,
        "        found = list(known)\n",
    ),
    no(
        "who got a snapshot is not recorded as a delivery",
        "workflows/composed.py",
        "        delivered_to=planned.marks.delivered_to,\n",
        tests_of("cli/test_legacy_entries.py", "test_who_got_it_from_the_old_system_does_not_get_it_twice"),
        "        delivered_to=(),\n",
    ),
    no(
        "who got what is set aside is forgotten",
        "legacy/decide.py",
        "    snapshots = (remembered.in_mind(one) for one in taken)\n",
        _PLAN,
        "    snapshots = (one for one in taken if remembered)\n",
    ),
    no(
        "an entry that is cut off is believed to say that nobody got it",
        "legacy/marks.py",
        "    if _NOT_SENT.search(text) and not _SENT_AT.search(text):\n",
        _PLAN,
        "    if not _RECIPIENT.search(text):\n",
    ),
    no(
        "a time of sending beside a mark that says no is not believed",
        "legacy/marks.py",
        'not _is_no(fields.get("emailSent")) or not _is_no(at) or',
        tests_of("unit/test_legacy_marks.py"),
        'not _is_no(fields.get("emailSent")) or',
    ),
    no(
        "an entry that names no store is the default's, whatever its file says",
        "legacy/owners.py",
        "one.store or self._of_files(claims.of(one)) or self.default_store",
        _PLAN,
        "one.store or self.default_store or self._of_files(claims.of(one))",
    ),
    no(
        "an entry that is set aside does not tell by key and time",
        "legacy/remembered.py",
        "        if one.generated_at:\n",
        _PLAN,
        "        if one.generated_at and one.request_id == one.id:\n",
    ),
    no(
        "an index that is no file is passed over",
        "workflows/old_index.py",
        '    if kind == "none":\n',
        _REFUSALS,
        '    if kind != "file":\n',
    ),
    no(
        "a mark that came late is not recorded",
        "workflows/migrate.py",
        "                record_late(archive, late, migrator)\n",
        _again("test_what_was_e_mailed_between_two_runs_is_never_sent_again"),
        "                continue\n",
    ),
    no(
        "a mark that came late is recorded again",
        "late_marks.py",
        '[1]["key"] not in there]\n',
        _LATE,
        '[1]["key"]]\n',
    ),
    no(
        "a copy in quarantine is believed by its name",
        "set_aside.py",
        "    return raw is not None and sha256(raw).hexdigest() == one.sha256\n",
        _in_migrate("test_a_copy_in_quarantine_that_was_changed_is_no_copy"),
        "    return raw is not None\n",
    ),
    no(
        "no fsync of the quarantine",
        "set_aside.py",
        "        fsync_folder(layout.data_quarantine)\n        fsync_folder(layout.data)\n",
        _ORDER,
    ),
    no(
        "a writing command beside an old archive",
        "safety.py",
        "    if is_unmigrated(layout):\n",
        tests_of("cli/test_migration_phases.py"),
        "    if is_unmigrated(layout) and not layout.store_id:\n",
    ),
    no(
        "a clean-up before the migration",
        "workflows/cleanup.py",
        "    require_migrated(layout)\n    archives",
        _in_migrate("test_nothing_is_moved_aside_before_the_migration"),
        "    archives",
    ),
    no(
        "a clean-up of what was not migrated",
        "workflows/cleanup.py",
        "    if not found.has_nothing_to_do:\n",
        _in_migrate("test_what_came_since_and_is_no_snapshot_is_kept_too_before_anything_is_moved"),
        "    if not found.ends:\n",
    ),
    no(
        "a clean-up that verifies nothing",
        "workflows/cleanup.py",
        "    require_sound(archives, caller)\n",
        _in_migrate("test_a_clean_up_that_was_broken_off_moves_nothing_more_while_an_archive_is_not_sound"),
    ),
    no(
        "a clean-up that verifies only the stores of stores.yaml",
        "workflows/cleanup.py",
        "sorted({*settings.stores, *there}))\n",
        _in_migrate("test_nothing_is_moved_aside_while_an_archive_that_stores_yaml_does_not_list_is_damaged"),
        "sorted(settings.stores) if there is not None)\n",
    ),
    no(
        "a clean-up does not look whether every snapshot is there",
        "workflows/cleanup.py",
        "    require_snapshots(settings, listed)\n",
        _in_migrate("test_a_clean_up_that_was_broken_off_moves_nothing_more_while_an_archive_is_away"),
    ),
    no(
        "a damaged snapshot that an archive knows is moved aside",
        "workflows/own_files.py",
        " and (snapshot_id in known[store_id] or _begins_as_ours(root / path))\n",
        _in_migrate("test_a_damaged_snapshot_of_an_archive_is_never_moved_aside"),
        " and _begins_as_ours(root / path)\n",
    ),
    no(
        "the first name goes before the second one is durable",
        "moving.py",
        "    for one in sorted({(place / path).parent for path in paths}):\n        fsync_folder(one)\n",
        _ORDER,
    ),
    no(
        "no fsync of the folders that old files left",
        "moving.py",
        "    for one in sorted(touched):\n        fsync_folder(one)\n",
        _ORDER,
    ),
    no(
        "the list is not durable before the first file is moved",
        "move_list.py",
        '+ b"\\n")\n    fsync_folder(folder)\n    return folder\n',
        _ORDER,
        '+ b"\\n")\n    return folder\n',
    ),
    no(
        "a file that changed since the look is moved aside",
        "moving.py",
        "        if hash_of(source) != sha256:\n",
        _ORDER,
        "        if not hash_of(source):\n",
    ),
    no(
        "another file of the name of a moved one",
        "moving.py",
        "        elif lstat(target) is not None and hash_of(target) != sha256:\n",
        _ORDER,
        "        elif lstat(target) is not None and not hash_of(target):\n",
    ),
)
