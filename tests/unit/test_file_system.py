"""The file system of a folder, read out of the lines by which the kernel lists its mounts, and what it is worth."""

from pathlib import Path

import pytest

from omen_cli.archive.file_system import FileSystem, file_system_of, read_mounts
from tests.faults.mounts import in_own_mounts, mount_problem, mounted, tmpfs

ROOT = "27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard"
MOUNTED = f"""\
{ROOT}
22 27 0:21 / /proc rw,nosuid,nodev,noexec,relatime shared:12 - proc proc rw
30 27 0:26 / /mnt rw,relatime shared:3 - xfs /dev/vdb rw,attr2,inode64
31 30 0:44 / /mnt/clients rw,relatime shared:200 - nfs4 10.0.0.5:/export/clients rw,vers=4.2,rsize=1048576,addr=10.0.0.5
32 31 0:45 / /mnt/clients/own rw - tmpfs tmpfs rw,size=65536k
33 27 0:46 / /media/the\\040shared\\011disk\\134x rw,nosuid - cifs //nas/share rw,vers=3.1.1
34 27 254:0 /srv/real /srv/bound rw,relatime shared:1 - ext4 /dev/vda rw,discard
35 27 0:48 / /home/omen/remote rw,nosuid,nodev,relatime - fuse.sshfs omen@host:/ rw,user_id=1000,group_id=1000
36 27 0:49 / /over rw,relatime - overlay overlay rw,lowerdir=/l,upperdir=/u,workdir=/w
"""


def of(path: str, mounts: str = MOUNTED) -> FileSystem:
    return file_system_of(Path(path), mounts)


@pytest.mark.parametrize(
    ("path", "kind", "at"),
    [
        ("/srv/omen/data", "ext4", "/"),
        ("/mnt/other/data", "xfs", "/mnt"),
        ("/mnt/clients/data", "nfs4", "/mnt/clients"),
        ("/mnt/clients", "nfs4", "/mnt/clients"),
        ("/mnt/clients2/data", "xfs", "/mnt"),
        ("/mnt/clients/own/data", "tmpfs", "/mnt/clients/own"),
        ("/srv/bound/data", "ext4", "/srv/bound"),
        ("/over/data", "overlay", "/over"),
        ("/", "ext4", "/"),
    ],
)
def test_the_longest_mount_point_above_a_folder_tells_its_file_system(path, kind, at):
    assert of(path) == FileSystem(kind, at)


def test_blanks_tabs_and_backslashes_of_a_mount_point_are_written_as_octal():
    assert of("/media/the shared\tdisk\\x/data") == FileSystem("cifs", "/media/the shared\tdisk\\x")


def test_an_escaped_backslash_begins_no_other_escape():
    assert of("/a\\040b/data", f"{ROOT}\n50 27 0:9 / /a\\134040b rw - nfs x:/y rw").type == "nfs"


def test_a_mount_that_a_later_one_hides_is_not_come_to():
    hidden = f"{ROOT}\n40 27 0:50 / /srv/omen rw - nfs4 host:/x rw\n41 27 0:51 / /srv rw - xfs /dev/vdc rw\n"
    assert of("/srv/omen/data", hidden) == FileSystem("xfs", "/srv")


def test_of_two_mounts_in_one_place_the_upper_one_counts():
    stacked = f"{ROOT}\n40 27 0:50 / /srv rw - ext4 /dev/vdc rw\n41 40 0:51 / /srv rw - nfs host:/x rw\n"
    assert of("/srv/data", stacked) == FileSystem("nfs", "/srv")


def test_the_root_of_an_initial_ram_disk_below_the_real_one_is_passed_through():
    assert of("/srv", f"1 1 0:2 / / rw - rootfs rootfs rw\n{ROOT}\n") == FileSystem("ext4", "/")


def test_where_the_list_has_no_root_the_longest_mount_point_decides():
    jailed = "50 49 0:50 / /srv rw - xfs /dev/vdc rw\n51 50 0:51 / /srv/data rw - nfs4 h:/x rw\n"
    assert of("/srv/data/snapshots", jailed) == FileSystem("nfs4", "/srv/data")


@pytest.mark.parametrize(
    "mounts", ["", "nonsense\n", "27 1 254:0 / /\n", f"{ROOT} x".partition(" - ")[0], "a b c d /q f - \n"]
)
def test_where_the_list_says_nothing_nobody_knows(mounts):
    assert (of("/srv/data", mounts), of("/srv/data", mounts).verdict) == (FileSystem("", ""), "unknown")


def test_a_link_is_followed_to_where_the_data_really_are(tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "data").symlink_to(tmp_path / "disk")
    mounts = f"{ROOT}\n60 27 0:60 / {tmp_path}/disk rw - nfs4 host:/x rw\n"
    assert file_system_of(tmp_path / "data" / "not" / "made", mounts).type == "nfs4"


NETWORK = (
    "nfs nfs4 cifs smb3 smbfs ncpfs afs ceph glusterfs lustre davfs fuse.sshfs fuse.rclone fuse.glusterfs "
    "fuse.ceph-fuse fuse.s3fs fuse.davfs fuse.juicefs NFS4"
)


@pytest.mark.parametrize("kind", NETWORK.split())
def test_what_several_machines_share_is_a_network_file_system(kind):
    assert FileSystem(kind, "/").verdict == "network"


@pytest.mark.parametrize("kind", ["ext4", "xfs", "btrfs", "zfs", "overlay", "tmpfs", "f2fs", "fuse.fuse-overlayfs"])
def test_disks_of_the_machine_and_what_containers_have_are_local(kind):
    assert FileSystem(kind, "/").verdict == "local"


@pytest.mark.parametrize(
    "kind", ["9p", "virtiofs", "fuse", "fuseblk", "fuse.mine", "gfs2", "ocfs2", "vfat", "nfsd", ""]
)
def test_what_omen_does_not_know_is_neither(kind):
    assert FileSystem(kind, "/").verdict == "unknown"


def test_the_mounts_of_this_machine_are_read(tmp_path):
    mounts = read_mounts()
    assert file_system_of(Path("/proc/self"), mounts) == FileSystem("proc", "/proc")
    assert file_system_of(tmp_path, mounts).type
    assert read_mounts(tmp_path / "none") == ""


def _mounted_for_real(folder: Path) -> dict[str, FileSystem]:
    """Return the file systems of paths below a folder in which a tmpfs is bound twice, and one is hidden by another."""
    disk, bound, hidden = folder / "a disk", folder / "bound", folder / "top" / "hidden"
    hidden.mkdir(parents=True)
    with tmpfs(disk, "size=64k"), mounted(bound, "--bind", str(disk)), tmpfs(hidden, "size=64k"):
        with mounted(folder / "top", "-t", "ramfs", "ramfs"):
            hidden.mkdir()
            found = {
                one: file_system_of(folder / one / "data", read_mounts()) for one in ("a disk", "bound", "top/hidden")
            }
        return found | {"seen again": file_system_of(hidden / "data", read_mounts())}


def test_real_mounts_are_found_as_the_kernel_walks_them(tmp_path):
    if problem := mount_problem():
        pytest.skip(problem)
    assert in_own_mounts(_mounted_for_real, tmp_path) == {
        "a disk": FileSystem("tmpfs", f"{tmp_path}/a disk"),
        "bound": FileSystem("tmpfs", f"{tmp_path}/bound"),
        "top/hidden": FileSystem("ramfs", f"{tmp_path}/top"),
        "seen again": FileSystem("tmpfs", f"{tmp_path}/top/hidden"),
    }
