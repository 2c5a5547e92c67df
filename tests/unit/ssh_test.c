/* SPDX-License-Identifier: BSD-2-Clause */
/* SSH: identification lines, KEXINITs, what is agreed on (RFC 4253), and its checks. */
#include "wire_exchange.h"
#include "ssh_build.h"

static const struct ssh_lists good = {
    .kex = "mlkem768x25519-sha256,curve25519-sha256,ext-info-c,kex-strict-c-v00@openssh.com",
    .key = "ssh-ed25519,rsa-sha2-512",
    .cipher = {"chacha20-poly1305@openssh.com,aes128-ctr"},
    .mac = {"hmac-sha2-256-etm@openssh.com,hmac-sha1"},
};

static struct ssh_bytes client, server;

/* Both sides with lines before their KEXINITs. */
static struct exchange dialogue(const char *client_line, const struct ssh_lists *c,
                                const char *server_lines, const struct ssh_lists *s)
{
    client.len = server.len = 0;
    ssh_put(&client, client_line, strlen(client_line));
    ssh_put(&server, server_lines, strlen(server_lines));
    if (c)
        ssh_put_kexinit(&client, c);
    if (s)
        ssh_put_kexinit(&server, s);
    return (struct exchange){
        PL_WIRE_SSH,
        22,
        {{PL_SERVER, server.byte, strlen(server_lines)},
         {PL_CLIENT, client.byte, client.len},
         {PL_SERVER, server.byte + strlen(server_lines), server.len - strlen(server_lines)}}};
}

static struct pl_wire agreed(const struct ssh_lists *c, const struct ssh_lists *s)
{
    struct exchange e =
        dialogue("SSH-2.0-OpenSSH_9.9\r\n", c, "SSH-2.0-OpenSSH_9.9 Debian-1\r\n", s);

    exchange_any_order(&e);
    return exchange_run(&e, SIZE_MAX, SIZE_MAX);
}

static const char *text(uint32_t id)
{
    return id == PL_SSH_MAC_UNUSED ? "unused" : pl_ssh_name_text(id);
}

#define APP(w, check) exchange_outcome(w, PL_FAMILY_APP, PL_MASK(check))

static void every_way(void **state)
{
    struct exchange e = dialogue("SSH-2.0-PuTTY_Release_0.81\r\n", &good,
                                 "hello\r\nSSH is spoken here\nSSH-2.0-OpenSSH_9.9\r\n", &good);
    struct pl_wire w = exchange_every_way(&e);

    (void)state;
    exchange_any_order(&e);
    assert_int_equal(w.frames.end, PL_WIRE_READ);
    assert_int_equal(w.ssh.line_len[PL_CLIENT], 26);
    assert_memory_equal(w.ssh.line[PL_CLIENT], "SSH-2.0-PuTTY_Release_0.81", 26);
    assert_int_equal(w.ssh.line_len[PL_SERVER], 19);
    assert_memory_equal(w.ssh.line[PL_SERVER], "SSH-2.0-OpenSSH_9.9", 19);
    assert_string_equal(text(w.ssh.chosen.kex), "mlkem768x25519-sha256");
    assert_string_equal(text(w.ssh.chosen.host_key), "ssh-ed25519");
    assert_string_equal(text(w.ssh.chosen.cipher[PL_CLIENT]), "chacha20-poly1305@openssh.com");
    assert_string_equal(text(w.ssh.chosen.mac[PL_SERVER]), "unused");
    assert_int_equal(APP(&w, ssh_kex_weak), PASSED);
    assert_int_equal(APP(&w, ssh_cipher_mac_weak), PASSED);
    assert_int_equal(APP(&w, ssh_hostkey_weak), PASSED);
    assert_int_equal(APP(&w, ssh_protocol_1), PASSED);
}

static void is_recognised(void **state)
{
    (void)state;
    assert_int_equal(exchange_guess(PL_CLIENT, "SSH-2.0-x\r\n", 11), PL_WIRE_SSH);
    assert_int_equal(exchange_guess(PL_SERVER, "SSH-1.99-x\r\n", 12), PL_WIRE_SSH);
    assert_int_equal(exchange_guess(PL_SERVER, "SSH-x", 5), PL_WIRE_NONE);
    assert_int_equal(exchange_guess(PL_CLIENT, "SSH-3.0", 7), PL_WIRE_NONE);
    assert_int_equal(exchange_guess(PL_CLIENT, "SSHELL", 6), PL_WIRE_NONE);
    assert_int_equal(exchange_guess(PL_SERVER, "220 SSH-2.0", 11), PL_WIRE_NONE);
}

static enum outcome protocol_1(const char *client_line, const char *server_line)
{
    struct exchange e = dialogue(client_line, NULL, server_line, NULL);
    struct pl_wire w = exchange_every_way(&e);

    exchange_any_order(&e);
    return APP(&w, ssh_protocol_1);
}

static void ssh_protocol_1(void **state)
{
    (void)state;
    assert_int_equal(protocol_1("SSH-1.5-x\n", "SSH-1.99-Cisco-1.25\n"), FAILED);
    assert_int_equal(protocol_1("SSH-2.0-x\r\n", "SSH-1.5-OpenSSH_5.3\n"), FAILED);
    assert_int_equal(protocol_1("", "SSH-1.5-old\n"), FAILED);
    assert_int_equal(protocol_1("SSH-1.3-old\n", ""), FAILED);
    assert_int_equal(protocol_1("SSH-2.0-x\r\n", "SSH-1.99-Cisco-1.25\n"), PASSED);
    assert_int_equal(protocol_1("SSH-1.99-x\n", "SSH-2.0-y\n"), PASSED);
    assert_int_equal(protocol_1("SSH-2.0-x\r\n", ""), NOT_SEEN);
    assert_int_equal(protocol_1("", "SSH-2.0-y\r\n"), NOT_SEEN);
    assert_int_equal(protocol_1("SSH-2.0-x", "SSH-1.5"), NOT_SEEN);
}

static enum outcome kex(const char *c, const char *s)
{
    struct ssh_lists a = good, b = good;
    struct pl_wire w;

    a.kex = c;
    b.kex = s;
    w = agreed(&a, &b);
    return APP(&w, ssh_kex_weak);
}

static void ssh_kex_weak(void **state)
{
    static const char mech[] = "gss-group14-sha1-toWM5Slw5Ew8Mqkay+al2g==";

    (void)state;
    assert_int_equal(kex("diffie-hellman-group1-sha1", "diffie-hellman-group1-sha1"), FAILED);
    assert_int_equal(kex("curve25519-sha256,diffie-hellman-group14-sha1",
                         "diffie-hellman-group-exchange-sha1,diffie-hellman-group14-sha1"),
                     FAILED);
    assert_int_equal(kex("rsa1024-sha1", "rsa1024-sha1"), FAILED);
    assert_int_equal(kex(mech, mech), FAILED);
    assert_int_equal(kex("gss-group14-sha256-abc,x", "gss-group14-sha256-abc"), PASSED);
    assert_int_equal(kex("curve25519-sha256,diffie-hellman-group1-sha1",
                         "diffie-hellman-group1-sha1,curve25519-sha256"),
                     PASSED);
    /* Another mechanism of GSS-API is another name. */
    assert_int_equal(
        kex("gss-gex-sha1-abc,curve25519-sha256", "gss-gex-sha1-abd,curve25519-sha256"), PASSED);
    assert_int_equal(kex("kex@example.net", "kex@example.net"), NOT_SEEN);
    assert_int_equal(kex("curve25519-sha256", "diffie-hellman-group1-sha1"), NOT_SEEN);
    /* Markers are no algorithms. */
    assert_int_equal(kex("ext-info-c", "ext-info-c"), NOT_SEEN);
    assert_int_equal(kex("ext-info-c,curve25519-sha256", "ext-info-c,curve25519-sha256"), PASSED);
}

static void kex_needs_a_host_key(void **state)
{
    struct ssh_lists a = good, b = good;
    struct pl_wire w;

    (void)state;
    a.kex = "curve25519-sha256,gss-gex-sha1-abc";
    b.kex = "gss-gex-sha1-abc,curve25519-sha256";
    a.key = b.key = "null";
    w = agreed(&a, &b);
    assert_string_equal(text(w.ssh.chosen.kex), "gss");
    assert_int_equal(APP(&w, ssh_kex_weak), FAILED);
    assert_string_equal(text(w.ssh.chosen.host_key), "null");
    assert_int_equal(APP(&w, ssh_hostkey_weak), NOT_SEEN);
    /* Both name the same one first: that it is. */
    b.kex = "curve25519-sha256";
    w = agreed(&a, &b);
    assert_string_equal(text(w.ssh.chosen.kex), "curve25519-sha256");
}

static enum outcome protection(const char *c2s, const char *mac_c2s, const char *s2c,
                               const char *mac_s2c)
{
    struct ssh_lists a = good, b = good;
    struct pl_wire w;

    a.cipher[0] = c2s;
    a.cipher[1] = s2c;
    a.mac[0] = mac_c2s;
    a.mac[1] = mac_s2c;
    b.cipher[0] = b.cipher[1] = "aes128-ctr,aes256-gcm@openssh.com,arcfour256,aes256-cbc,none,"
                                "3des-cbc,x@y,chacha20-poly1305@openssh.com";
    b.mac[0] = b.mac[1] = "hmac-sha2-256,hmac-md5-96,hmac-sha1-96,none,hmac-sha1";
    w = agreed(&a, &b);
    return APP(&w, ssh_cipher_mac_weak);
}

static void ssh_cipher_mac_weak(void **state)
{
    static const char ctr[] = "aes128-ctr", sha2[] = "hmac-sha2-256",
                      gcm[] = "aes256-gcm@openssh.com";

    (void)state;
    assert_int_equal(protection("arcfour256", sha2, ctr, sha2), FAILED);
    assert_int_equal(protection(ctr, sha2, "aes256-cbc", sha2), FAILED);
    assert_int_equal(protection(ctr, "hmac-sha1-96", ctr, sha2), FAILED);
    assert_int_equal(protection(ctr, sha2, ctr, "hmac-md5-96"), FAILED);
    assert_int_equal(protection("none", sha2, "none", sha2), FAILED);
    assert_int_equal(protection("x@y", sha2, "3des-cbc", sha2), FAILED);
    assert_int_equal(protection(ctr, sha2, ctr, "hmac-sha1"), PASSED);
    assert_int_equal(protection(gcm, "hmac-md5-96", gcm, "umac-9"), PASSED);
    assert_int_equal(protection("chacha20-poly1305@openssh.com", "none", gcm, ""), PASSED);
    assert_int_equal(protection("x@y", sha2, ctr, sha2), NOT_SEEN);
    assert_int_equal(protection(ctr, "umac-9", ctr, sha2), NOT_SEEN);
}

static enum outcome host_key(const char *c, const char *s)
{
    struct ssh_lists a = good, b = good;
    struct pl_wire w;

    a.key = c;
    b.key = s;
    w = agreed(&a, &b);
    return APP(&w, ssh_hostkey_weak);
}

static void ssh_hostkey_weak(void **state)
{
    (void)state;
    assert_int_equal(host_key("ssh-rsa,ssh-ed25519", "ssh-ed25519,ssh-rsa"), FAILED);
    assert_int_equal(host_key("ssh-ed25519,ssh-dss", "ssh-dss"), FAILED);
    assert_int_equal(host_key("ssh-rsa-cert-v01@openssh.com", "ssh-rsa-cert-v01@openssh.com"),
                     FAILED);
    assert_int_equal(host_key("rsa-sha2-256,ssh-rsa", "ssh-rsa,rsa-sha2-256"), PASSED);
    assert_int_equal(host_key("ssh-ed25519", "ssh-rsa,ssh-ed25519"), PASSED);
    assert_int_equal(host_key("ssh-ed25519", "ssh-rsa"), NOT_SEEN);
}

/* More names than are kept: what was cut off is not guessed. */
static void long_lists(void **state)
{
    static char many[4000];
    struct ssh_lists a = good, b = good;
    struct pl_wire w;

    (void)state;
    many[0] = 0;
    for (int i = 0; i < 64; i++)
        strcat(many, "a-method-that-nobody-knows@example.net,");
    strcat(many, "diffie-hellman-group1-sha1");
    a.kex = "diffie-hellman-group1-sha1";
    b.kex = many;
    w = agreed(&a, &b);
    assert_true(w.ssh.lists[PL_SERVER].cut[PL_SSH_LIST_KEX]);
    assert_int_equal(APP(&w, ssh_kex_weak), NOT_SEEN);
    w = agreed(&b, &a);
    assert_int_equal(APP(&w, ssh_kex_weak), NOT_SEEN);
    b.kex = many + 39; /* one less */
    w = agreed(&a, &b);
    assert_int_equal(APP(&w, ssh_kex_weak), FAILED);
}

static void lies(void **state)
{
    struct exchange e = dialogue("SSH-2.0-x\r\n", &good, "SSH-2.0-y\r\n", &good);
    size_t line = strlen("SSH-2.0-y\r\n");
    struct pl_wire w;

    (void)state;
    server.byte[line] = 1; /* a packet of 16 MiB */
    w = exchange_every_way(&e);
    assert_int_equal(w.frames.end, PL_WIRE_MALFORMED);
    assert_int_equal(APP(&w, ssh_kex_weak), NOT_SEEN);
    assert_int_equal(APP(&w, ssh_protocol_1), PASSED);
    server.byte[line] = 0;
    server.byte[line + 6 + 16 + 1] = 0x7f; /* a list longer than the packet */
    w = exchange_every_way(&e);
    assert_int_equal(w.frames.end, PL_WIRE_MALFORMED);
    server.byte[line + 6 + 16 + 1] = 0;
    server.byte[line + 6 + 16 + 4] = ' ';
    w = exchange_every_way(&e);
    assert_int_equal(w.frames.end, PL_WIRE_MALFORMED);
    exchange_any_order(&e);
}

static void odd_lines(void **state)
{
    static char long_line[400], text_before[20000];
    struct exchange e;
    struct pl_wire w;

    (void)state;
    memset(long_line, 'a', sizeof long_line - 2);
    memcpy(long_line, "SSH-2.0-", 8);
    long_line[200] = '\n';
    e = dialogue(long_line, NULL, "SSH-2.0-y\001\r\n", NULL);
    e.turn[1].len = 201;
    w = exchange_run(&e, SIZE_MAX, SIZE_MAX);
    assert_int_equal(w.frames.end, PL_WIRE_READING);
    assert_int_equal(w.ssh.line_len[PL_CLIENT], PL_SSH_LINE_KEPT);
    assert_memory_equal(w.ssh.line[PL_SERVER], "SSH-2.0-y?", 10);
    long_line[200] = 'a';
    e = dialogue(long_line, NULL, "SSH-2.0-y\r\n", NULL);
    w = exchange_run(&e, SIZE_MAX, SIZE_MAX);
    assert_true(w.ssh.side[PL_CLIENT].broken);
    e = dialogue("SSH-2.0-x\r\n", NULL, "SSH-2.0-y \0zz\r\n", NULL);
    e.turn[0] = (struct turn)S("SSH-2.0-y \0zz\r\n");
    w = exchange_run(&e, SIZE_MAX, SIZE_MAX);
    assert_int_equal(w.ssh.line_len[PL_SERVER], 10);
    memset(text_before, 'b', sizeof text_before - 1);
    e = dialogue("SSH-2.0-x\r\n", NULL, text_before, NULL);
    w = exchange_run(&e, SIZE_MAX, SIZE_MAX);
    assert_true(w.ssh.side[PL_SERVER].broken);
    e = dialogue("hello\r\nSSH-2.0-x\r\n", NULL, "SSH-2.0-y\r\n", NULL);
    w = exchange_run(&e, SIZE_MAX, SIZE_MAX);
    assert_true(w.ssh.side[PL_CLIENT].broken);
}

/* SSH_MSG_IGNORE and SSH_MSG_DEBUG may come first; SSH_MSG_DISCONNECT ends. */
static void other_messages(void **state)
{
    static struct ssh_bytes ignore = {"\x02\0\0\0\x03pad", 8}, bye = {"\x01\0\0\0\x02", 5};
    struct exchange e;
    struct pl_wire w;

    (void)state;
    client.len = server.len = 0;
    ssh_put(&client, "SSH-2.0-x\r\n", 11);
    ssh_put_packet(&client, &ignore);
    ssh_put_kexinit(&client, &good);
    ssh_put(&server, "SSH-2.0-y\r\n", 11);
    ssh_put_kexinit(&server, &good);
    e = (struct exchange){
        PL_WIRE_SSH,
        22,
        {{PL_CLIENT, client.byte, client.len}, {PL_SERVER, server.byte, server.len}}};
    w = exchange_every_way(&e);
    assert_int_equal(APP(&w, ssh_kex_weak), PASSED);
    client.len = 11;
    ssh_put_packet(&client, &bye);
    e.turn[0].len = client.len;
    w = exchange_every_way(&e);
    assert_int_equal(w.frames.end, PL_WIRE_READ);
    assert_int_equal(APP(&w, ssh_kex_weak), NOT_SEEN);
}

/* Every name in the table is found, and no two are the same. */
static void every_name(void **state)
{
    (void)state;
    for (uint32_t i = 1; i < PL_SSH_NAME_COUNT; i++) {
        struct pl_ssh_word w = {0};
        for (const char *c = pl_ssh_names[i]; *c; c++)
            pl_ssh_word_add(&w, (uint8_t)*c);
        assert_true(strlen(pl_ssh_names[i]) < PL_SSH_KNOWN_MAX);
        assert_int_equal(pl_ssh_word_id(&w), i);
        pl_ssh_word_add(&w, 'x');
        assert_true(pl_ssh_word_id(&w) != i);
    }
    assert_true(sizeof(struct pl_ssh) <= 4096);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_way),
        cmocka_unit_test(is_recognised),
        cmocka_unit_test(ssh_protocol_1),
        cmocka_unit_test(ssh_kex_weak),
        cmocka_unit_test(kex_needs_a_host_key),
        cmocka_unit_test(ssh_cipher_mac_weak),
        cmocka_unit_test(ssh_hostkey_weak),
        cmocka_unit_test(long_lists),
        cmocka_unit_test(lies),
        cmocka_unit_test(odd_lines),
        cmocka_unit_test(other_messages),
        cmocka_unit_test(every_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
