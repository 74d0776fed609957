/* Lets a program believe in another time: seconds since 1970 in the variable CLOCK. As libfaketime does, and no more. */
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

time_t time(time_t *place) {
    time_t now = (time_t)atoll(getenv("CLOCK"));
    if (place) *place = now;
    return now;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    (void)zone;
    now->tv_sec = time(NULL);
    now->tv_usec = 0;
    return 0;
}
