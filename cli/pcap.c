/* SPDX-License-Identifier: BSD-2-Clause */
/* plimsoll pcap: what the checks find in files of packets. */
#include "pcap.h"
#include "cli.h"

#include "common/user/parse.h"
#include "inspect/inspect.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* 0: nothing failed; 1: something that is high or critical; 2: an error. */
enum { PCAP_PASSED = 0, PCAP_FAILED_HIGH = 1, PCAP_ERROR = 2 };

struct job {
    struct inspect_options inspect;
    struct inspect *inspector;
    struct pcap_summary summary;
    struct pcap_progress bar;
    const char *file;
    bool json, failed;
};

static void on_row(void *to, const struct row *row)
{
    struct job *job = to;

    pcap_progress_clear(&job->bar);
    pcap_count(&job->summary, row);
    if (job->json)
        pcap_json(stdout, row);
    else
        pcap_table(stdout, row);
}

static void on_progress(void *to, uint64_t done, uint64_t total)
{
    struct job *job = to;

    pcap_progress(&job->bar, job->file, done, total);
}

static bool take_option(int c, const char *command, struct job *job)
{
    uint64_t since_s = 0;
    bool day;

    switch (c) {
    case 'p':
        job->inspect.policy = optarg;
        return true;
    case 'i':
        job->inspect.image = optarg;
        return true;
    case 'r':
        job->inspect.trust = optarg;
        return true;
    case 's':
        if (!pl_parse_time(optarg, &since_s, &day))
            return !cli_usage(command,
                              "'%s' is no time: expected one such as 2026-12-31 or "
                              "2026-12-31T12:00:00Z",
                              optarg);
        job->inspect.since_ns = since_s * 1000000000;
        return true;
    case 'j':
        job->json = true;
        return true;
    case 't':
        job->json = false;
        return true;
    default:
        return false;
    }
}

static bool parse(int argc, char **argv, struct job *job)
{
    static const struct option options[] = {{"policy", required_argument, NULL, 'p'},
                                            {"image", required_argument, NULL, 'i'},
                                            {"trust", required_argument, NULL, 'r'},
                                            {"since", required_argument, NULL, 's'},
                                            {"json", no_argument, NULL, 'j'},
                                            {"table", no_argument, NULL, 't'},
                                            {NULL, 0, NULL, 0}};
    int c;

    while ((c = cli_option(argc, argv, ":p:", options)) != -1)
        if (!take_option(c, argv[0], job))
            return false;
    if (optind >= argc)
        return !cli_usage(argv[0], "a file, a folder or '-' is needed");
    if (job->inspect.policy && job->inspect.image)
        return !cli_usage(argv[0], "'--policy' and '--image' cannot both be asked");
    return true;
}

static void run_file(struct job *job, const char *path)
{
    const char *slash = strrchr(path, '/');
    struct pl_error error = {0};

    job->file = slash ? slash + 1 : path;
    if (!inspect_file(job->inspector, path, &error)) {
        pcap_progress_clear(&job->bar);
        fflush(stdout);
        cli_error(&error);
        job->failed = true;
    }
    pcap_progress_clear(&job->bar);
}

/* Names that files of packets have. */
static bool is_capture(const char *name)
{
    static const char *const endings[] = {".pcap",    ".pcapng",    ".cap",
                                          ".pcap.gz", ".pcapng.gz", ".cap.gz"};
    size_t len = strlen(name);

    for (size_t i = 0; i < PL_COUNT(endings); i++) {
        size_t n = strlen(endings[i]);
        if (len > n && strcmp(name + len - n, endings[i]) == 0)
            return true;
    }
    return false;
}

static int is_listed(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && is_capture(entry->d_name);
}

static void run_folder(struct job *job, const char *path)
{
    struct dirent **names;
    struct pl_error error = {0};
    int count = scandir(path, &names, is_listed, alphasort);

    if (count <= 0) {
        (void)pl_fail(&error, path, 0, 0,
                      "there is no file in it whose name ends in .pcap, .pcapng or .cap, with or "
                      "without .gz");
        cli_error(&error);
        job->failed = true;
        if (count < 0)
            return;
    }
    for (int i = 0; i < count; i++) {
        char file[4096];
        if (snprintf(file, sizeof(file), "%s/%s", path, names[i]->d_name) < (int)sizeof(file))
            run_file(job, file);
        free(names[i]);
    }
    free(names);
}

static void run(struct job *job, const char *path)
{
    struct stat st;

    if (strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        run_folder(job, path);
    else
        run_file(job, path);
}

/* Only on a terminal; each row takes the bar away before it is printed. */
static FILE *bar_to(void)
{
    return isatty(STDERR_FILENO) ? stderr : NULL;
}

static void tell(uint64_t count, const char *what)
{
    if (count)
        fprintf(stderr, "plimsoll pcap: %llu %s\n", (unsigned long long)count, what);
}

/* What could not be read, and so is neither passed nor failed. */
static void tell_counts(const struct inspect_counts *c)
{
    tell(c->packets_malformed, "packets with a header or a length that cannot be, or cut off");
    tell(c->bytes_lost, "bytes are missing in TCP streams");
    tell(c->conflicts, "segments were sent again with other bytes; the first count");
    tell(c->flows_evicted, "flows were told early, since too many were open");
    tell(c->limits, "flows were not read, since too many were being read");
    tell(c->no_roots, "trust store is missing: no certificate's path was judged; see --trust");
}

int pcap_main(int argc, char **argv)
{
    struct job job = {.inspect = {.row = on_row, .progress = on_progress}};
    struct pl_error error = {0};

    if (!parse(argc, argv, &job))
        return CLI_USAGE;
    job.inspect.to = &job;
    job.bar.to = bar_to();
    job.inspector = inspect_open(&job.inspect, &error);
    if (!job.inspector) {
        cli_error(&error);
        return PCAP_ERROR;
    }
    for (int i = optind; i < argc; i++)
        run(&job, argv[i]);
    if (!job.json)
        pcap_table_end(stdout, &job.summary);
    fflush(stdout);
    tell_counts(inspect_counts(job.inspector));
    inspect_close(job.inspector);
    if (job.failed)
        return PCAP_ERROR;
    return pcap_failed_high(&job.summary) ? PCAP_FAILED_HIGH : PCAP_PASSED;
}
