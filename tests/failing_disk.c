/* A disk that fails at its n-th operation. Preloaded into a test process, which then arms it.
 *
 * Counted are calls that change or read what is under one folder: open, write, sync, rename,
 * truncate, mkdir, unlink. From libc, so SQLite's own are counted too. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[PATH_MAX];
static int countdown = -1, with = 0, lasting = 0, counted = 0;

/* Fail the n-th call from now (never, if n is 0) with this errno, and all later ones if it lasts. */
void arm(const char *under, int n, int error, int lasts) {
    strncpy(folder, under, sizeof folder - 1);
    countdown = n > 0 ? n : 0;
    with = error;
    lasting = lasts;
    counted = 0;
}

int operations(void) { return counted; }

static int fails(const char *path) {
    if (countdown < 0 || !folder[0] || !path || strncmp(path, folder, strlen(folder)) != 0) return 0;
    counted++;
    if (countdown == 0) return 0;
    if (counted == countdown || (lasting && counted > countdown)) {
        errno = with;
        return 1;
    }
    return 0;
}

static int fails_fd(int fd) {
    char link[64], path[PATH_MAX];
    if (countdown < 0 || !folder[0]) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return fails(path);
}

#define REAL(name) ((typeof(&name))dlsym(RTLD_NEXT, #name))

#define OPEN(name)                                       \
    int name(const char *path, int flags, ...) {         \
        va_list more;                                    \
        va_start(more, flags);                           \
        int mode = va_arg(more, int);                    \
        va_end(more);                                    \
        if (fails(path)) return -1;                      \
        return REAL(name)(path, flags, mode);            \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                          \
    int name(int at, const char *path, int flags, ...) {      \
        va_list more;                                         \
        va_start(more, flags);                                \
        int mode = va_arg(more, int);                         \
        va_end(more);                                         \
        if (fails(path)) return -1;                           \
        return REAL(name)(at, path, flags, mode);             \
    }
OPENAT(openat)
OPENAT(openat64)

ssize_t write(int fd, const void *data, size_t size) {
    return fails_fd(fd) ? -1 : REAL(write)(fd, data, size);
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
    return fails_fd(fd) ? -1 : REAL(pwrite)(fd, data, size, at);
}
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    return fails_fd(fd) ? -1 : REAL(pwrite64)(fd, data, size, at);
}
int fsync(int fd) { return fails_fd(fd) ? -1 : REAL(fsync)(fd); }
int fdatasync(int fd) { return fails_fd(fd) ? -1 : REAL(fdatasync)(fd); }
int ftruncate(int fd, off_t size) { return fails_fd(fd) ? -1 : REAL(ftruncate)(fd, size); }
int ftruncate64(int fd, off64_t size) { return fails_fd(fd) ? -1 : REAL(ftruncate64)(fd, size); }
int fallocate64(int fd, int mode, off64_t at, off64_t size) {
    return fails_fd(fd) ? -1 : REAL(fallocate64)(fd, mode, at, size);
}
int posix_fallocate64(int fd, off64_t at, off64_t size) {
    return fails_fd(fd) ? with : REAL(posix_fallocate64)(fd, at, size);
}
int rename(const char *from, const char *to) { return fails(to) ? -1 : REAL(rename)(from, to); }
int renameat(int a, const char *from, int b, const char *to) {
    return fails(to) ? -1 : REAL(renameat)(a, from, b, to);
}
int mkdir(const char *path, mode_t mode) { return fails(path) ? -1 : REAL(mkdir)(path, mode); }
int unlink(const char *path) { return fails(path) ? -1 : REAL(unlink)(path); }
