/* SPDX-License-Identifier: MIT */
/* A copy of a journal that is in use; SQLite. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "daemon/io/journal/journal_schema.h"

static int refuse(struct refusal *why, const char *path, const char *reason, int error)
{
    snprintf(why->path, sizeof(why->path), "%.*s", (int)sizeof(why->path) - 1, path);
    snprintf(why->reason, sizeof(why->reason), "%.*s", (int)sizeof(why->reason) - 1, reason);
    return error;
}

/* In one step: the daemon goes on writing to its log, and the copy is of one moment. */
static int copy(sqlite3 *from, sqlite3 *to)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    int code;

    if (!backup)
        return journal_db_errno(sqlite3_errcode(to), to);
    code = sqlite3_backup_step(backup, -1);
    sqlite3_backup_finish(backup);
    return code == SQLITE_DONE ? 0 : journal_db_errno(code, to);
}

static int check_journal(sqlite3 *from, const char *path, struct refusal *why)
{
    int code = sqlite3_exec(from, "SELECT value FROM meta WHERE key = 'journal'", NULL, NULL, NULL);

    return code == SQLITE_OK ? 0 : refuse(why, path, sqlite3_errmsg(from), -EINVAL);
}

int journal_backup(const char *path, const char *to, struct refusal *ret_why)
{
    sqlite3 *from = NULL, *into = NULL;
    char fresh[4096];
    int r = 0;

    *ret_why = (struct refusal){0};
    if ((size_t)snprintf(fresh, sizeof(fresh), "%s.new", to) >= sizeof(fresh))
        return refuse(ret_why, to, "is too long a name", -ENAMETOOLONG);
    unlink(fresh);
    if (sqlite3_open_v2(path, &from, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
        r = refuse(ret_why, path, sqlite3_errmsg(from), -ENOENT);
    if (r == 0) {
        sqlite3_busy_timeout(from, 5000);
        r = check_journal(from, path, ret_why);
    }
    if (r == 0 && sqlite3_open(fresh, &into) != SQLITE_OK)
        r = refuse(ret_why, to, sqlite3_errmsg(into), -EIO);
    if (r == 0) {
        r = copy(from, into);
        if (r < 0)
            refuse(ret_why, to, sqlite3_errmsg(into), r);
    }
    sqlite3_close(from);
    sqlite3_close(into);
    if (r == 0 && rename(fresh, to) < 0)
        r = refuse(ret_why, to, strerror(errno), -errno);
    if (r < 0)
        unlink(fresh);
    return r;
}
