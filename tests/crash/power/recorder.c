/*
 * Loaded into the program (LD_PRELOAD), writes down every change of a file under the folder KULAKAN_RECORD_FOLDER, every
 * sync, and every answer that is about to leave over a socket, in the order in which they happen, to the file
 * KULAKAN_RECORD_LOG. What a power cut would leave can be built from that.
 *
 * A record: kind (1 byte), length of the name (1), length of the data (4), offset (8), name, data; numbers least
 * significant byte first. Kinds: C a file came to be, W bytes were written, T it was cut or extended to `offset`,
 * S it was synced, D the folder was synced, U a file was removed, R renamed (the data is the new name), A an answer.
 *
 * A change is recorded together with doing it. A sync is recorded once it has succeeded, an answer before it is sent:
 * whatever the log says is at least as bad as what happened.
 *
 * The shared memory of the write-ahead log (-shm) is left out: it is mapped, and rebuilt after a crash in any case.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define LARGEST_FD 4096
#define LONGEST_NAME 200
#define LONGEST_ANSWER (1 << 20)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int log_fd = -1;
static char folder[4096];
static size_t folder_length;
/* The name under the folder of what is open, empty for nothing of ours, "." for the folder itself. */
static char names[LARGEST_FD][LONGEST_NAME + 1];

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("KULAKAN_RECORD_LOG");
    const char *under = getenv("KULAKAN_RECORD_FOLDER");
    if (!path || !under || !realpath(under, folder))
        return;
    folder_length = strlen(folder);
    log_fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
}

/* With the lock held. A record that cannot be written makes every conclusion void, so the program ends with it. */
static void record(char kind, const char *name, uint64_t offset, const struct iovec *data, int parts) {
    uint8_t head[14];
    struct iovec all[2 + 64];
    uint32_t length = 0;
    if (parts > 64)
        parts = 64;
    for (int part = 0; part < parts; part++) {
        all[2 + part] = data[part];
        length += (uint32_t)data[part].iov_len;
    }
    head[0] = (uint8_t)kind;
    head[1] = (uint8_t)strlen(name);
    memcpy(head + 2, &length, 4);
    memcpy(head + 6, &offset, 8);
    all[0] = (struct iovec){head, sizeof head};
    all[1] = (struct iovec){(void *)name, strlen(name)};
    ssize_t whole = (ssize_t)(sizeof head + strlen(name) + length);
    if (syscall(SYS_writev, log_fd, all, 2 + parts) != whole)
        abort();
}

static void record_bytes(char kind, const char *name, uint64_t offset, const void *bytes, size_t length) {
    struct iovec data = {(void *)bytes, length};
    record(kind, name, offset, &data, 1);
}

/* The name under the folder, or nothing for a path elsewhere. */
static const char *ours(const char *path) {
    if (log_fd < 0 || strncmp(path, folder, folder_length) != 0)
        return NULL;
    const char *rest = path + folder_length;
    if (rest[0] == 0 || (rest[0] == '/' && rest[1] == 0))
        return ".";
    size_t length = strlen(rest);
    if (rest[0] != '/' || length > LONGEST_NAME || strchr(rest + 1, '/'))
        return NULL;
    if (length > 4 && strcmp(rest + length - 4, "-shm") == 0)
        return NULL;
    return rest + 1;
}

static const char *name_of(int fd) {
    return log_fd >= 0 && fd >= 0 && fd < LARGEST_FD && names[fd][0] ? names[fd] : NULL;
}

static int is_file(int fd) {
    const char *name = name_of(fd);
    return name && strcmp(name, ".") != 0;
}

static int open_at(int at, const char *path, int flags, mode_t mode) {
    const char *name = ours(path);
    if (!name)
        return (int)syscall(SYS_openat, at, path, flags, mode);
    pthread_mutex_lock(&lock);
    struct stat status;
    int there = stat(path, &status) == 0;
    int fd = (int)syscall(SYS_openat, at, path, flags, mode);
    int fault = errno;
    if (fd >= 0 && fd < LARGEST_FD) {
        strcpy(names[fd], name);
        if (!there)
            record_bytes('C', name, 0, "", 0);
        else if (flags & O_TRUNC)
            record_bytes('T', name, 0, "", 0);
    }
    pthread_mutex_unlock(&lock);
    errno = fault;
    return fd;
}

#define MODE(flags, mode)                                                                                             \
    mode_t mode = 0;                                                                                                  \
    if ((flags) & (O_CREAT | O_TMPFILE)) {                                                                            \
        va_list rest;                                                                                                 \
        va_start(rest, flags);                                                                                        \
        mode = va_arg(rest, mode_t);                                                                                  \
        va_end(rest);                                                                                                 \
    }

int open(const char *path, int flags, ...) { MODE(flags, mode) return open_at(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags, mode) return open_at(AT_FDCWD, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { MODE(flags, mode) return open_at(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE(flags, mode) return open_at(at, path, flags, mode); }
int creat(const char *path, mode_t mode) { return open_at(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

int close(int fd) {
    if (name_of(fd)) {
        pthread_mutex_lock(&lock);
        names[fd][0] = 0;
        pthread_mutex_unlock(&lock);
    }
    return (int)syscall(SYS_close, fd);
}

static ssize_t write_at(int fd, const void *bytes, size_t length, off_t offset) {
    if (!is_file(fd))
        return syscall(SYS_pwrite64, fd, bytes, length, offset);
    pthread_mutex_lock(&lock);
    ssize_t written = syscall(SYS_pwrite64, fd, bytes, length, offset);
    int fault = errno;
    if (written > 0)
        record_bytes('W', names[fd], (uint64_t)offset, bytes, (size_t)written);
    pthread_mutex_unlock(&lock);
    errno = fault;
    return written;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) { return write_at(fd, bytes, length, offset); }
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) {
    return write_at(fd, bytes, length, offset);
}

/* Notes an answer of success (status 200 or 201) of the daemon. */
static void note_answer(const struct iovec *data, int parts) {
    static const char success[] = "HTTP/1.1 20";
    size_t length = 0;
    for (int part = 0; part < parts; part++)
        length += data[part].iov_len;
    if (log_fd < 0 || parts < 1 || length > LONGEST_ANSWER || data[0].iov_len < sizeof success ||
        memcmp(data[0].iov_base, success, sizeof success - 1) != 0)
        return;
    pthread_mutex_lock(&lock);
    record('A', "", 0, data, parts);
    pthread_mutex_unlock(&lock);
}

ssize_t write(int fd, const void *bytes, size_t length) {
    struct iovec data = {(void *)bytes, length};
    if (is_file(fd)) {
        pthread_mutex_lock(&lock);
        off_t at = lseek(fd, 0, SEEK_CUR);
        ssize_t written = syscall(SYS_write, fd, bytes, length);
        int fault = errno;
        if (written > 0)
            record_bytes('W', names[fd], (uint64_t)at, bytes, (size_t)written);
        pthread_mutex_unlock(&lock);
        errno = fault;
        return written;
    }
    note_answer(&data, 1);
    return syscall(SYS_write, fd, bytes, length);
}

ssize_t writev(int fd, const struct iovec *data, int parts) {
    /* Nobody writes a database file in parts; were it to happen, the recording would be worthless. */
    if (is_file(fd))
        abort();
    note_answer(data, parts);
    return syscall(SYS_writev, fd, data, parts);
}

ssize_t send(int fd, const void *bytes, size_t length, int flags) {
    struct iovec data = {(void *)bytes, length};
    note_answer(&data, 1);
    return syscall(SYS_sendto, fd, bytes, length, flags, NULL, 0);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
    note_answer(message->msg_iov, (int)message->msg_iovlen);
    return syscall(SYS_sendmsg, fd, message, flags);
}

static int resize(int fd, off_t length) {
    if (!is_file(fd))
        return (int)syscall(SYS_ftruncate, fd, length);
    pthread_mutex_lock(&lock);
    int done = (int)syscall(SYS_ftruncate, fd, length);
    int fault = errno;
    if (done == 0)
        record_bytes('T', names[fd], (uint64_t)length, "", 0);
    pthread_mutex_unlock(&lock);
    errno = fault;
    return done;
}

int ftruncate(int fd, off_t length) { return resize(fd, length); }
int ftruncate64(int fd, off64_t length) { return resize(fd, length); }

static int sync_with(long call, int fd) {
    if (!name_of(fd))
        return (int)syscall(call, fd);
    /* Nothing is written meanwhile: what the sync had not seen must not count as synced. */
    pthread_mutex_lock(&lock);
    int done = (int)syscall(call, fd);
    int fault = errno;
    if (done == 0)
        record_bytes(is_file(fd) ? 'S' : 'D', names[fd], 0, "", 0);
    pthread_mutex_unlock(&lock);
    errno = fault;
    return done;
}

int fsync(int fd) { return sync_with(SYS_fsync, fd); }
int fdatasync(int fd) { return sync_with(SYS_fdatasync, fd); }

static int unlink_at(int at, const char *path, int flags) {
    const char *name = ours(path);
    if (!name)
        return (int)syscall(SYS_unlinkat, at, path, flags);
    pthread_mutex_lock(&lock);
    int done = (int)syscall(SYS_unlinkat, at, path, flags);
    int fault = errno;
    if (done == 0)
        record_bytes('U', name, 0, "", 0);
    pthread_mutex_unlock(&lock);
    errno = fault;
    return done;
}

int unlink(const char *path) { return unlink_at(AT_FDCWD, path, 0); }
int unlinkat(int at, const char *path, int flags) { return unlink_at(at, path, flags); }

int rename(const char *from, const char *to) {
    const char *old_name = ours(from), *new_name = ours(to);
    pthread_mutex_lock(&lock);
    int done = (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
    int fault = errno;
    if (done == 0 && old_name && new_name)
        record_bytes('R', old_name, 0, new_name, strlen(new_name));
    pthread_mutex_unlock(&lock);
    errno = fault;
    return done;
}
