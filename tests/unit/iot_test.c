/* SPDX-License-Identifier: BSD-2-Clause */
/* MQTT's CONNECT of three versions, and its checks. */
#include "wire_exchange.h"

#define APP(w, check) exchange_outcome(w, PL_FAMILY_APP, PL_MASK(check))

/* Keep alive, then the client's name "d". */
#define REST                                                                                       \
    "\x00\x3c\x00\x01"                                                                             \
    "d"

static struct pl_wire connect_of(struct turn client, struct turn server)
{
    struct exchange e = {PL_WIRE_MQTT, 1883, {client, server}};

    exchange_any_order(&e);
    assert_int_equal(exchange_guess(PL_CLIENT, client.bytes, client.len), PL_WIRE_MQTT);
    return exchange_every_way(&e);
}

static void mqtt_311(void **state)
{
    struct pl_wire w =
        connect_of((struct turn)C("\x10\x15\x00\x04MQTT\x04\xc2" REST "\x00\x01u\x00\x01p"),
                   (struct turn)S("\x20\x02\x00\x05"));

    (void)state;
    assert_int_equal(w.frames.end, PL_WIRE_READ);
    assert_int_equal(w.mqtt.level, 4);
    assert_int_equal(w.mqtt.code, 5);
    assert_int_equal(w.mqtt.credentials, PL_CREDENTIAL_BIT(MQTT_USER_PASS));
    assert_int_equal(APP(&w, mqtt_cleartext), FAILED);
    assert_int_equal(APP(&w, mqtt_login_cleartext), FAILED);
    w = connect_of((struct turn)C("\x10\x0f\x00\x04MQTT\x04\x82" REST "\x00\x01u"),
                   (struct turn)S("\x20\x02\x01\x00"));
    assert_int_equal(w.mqtt.credentials, PL_CREDENTIAL_BIT(MQTT_USER));
    assert_int_equal(APP(&w, mqtt_login_cleartext), FAILED);
    w = connect_of((struct turn)C("\x10\x0d\x00\x04MQTT\x04\x02" REST),
                   (struct turn)S("\x20\x02\x00\x00"));
    assert_int_equal(w.mqtt.credentials, 0);
    assert_int_equal(APP(&w, mqtt_cleartext), FAILED);
    assert_int_equal(APP(&w, mqtt_login_cleartext), PASSED);
}

static void mqtt_31_and_5(void **state)
{
    struct pl_wire w =
        connect_of((struct turn)C("\x10\x91\x80\x00\x00\x06MQIsdp\x03\x82" REST "\x00\x01u"),
                   (struct turn)S("\x20\x02\x00\x00"));

    (void)state;
    assert_int_equal(w.mqtt.level, 3);
    assert_int_equal(w.mqtt.credentials, PL_CREDENTIAL_BIT(MQTT_USER));
    /* A password without a user; a CONNACK with more than 127 bytes of properties. */
    w = connect_of((struct turn)C("\x10\x11\x00\x04MQTT\x05\x42\x00\x3c\x00\x00\x01"
                                  "d\x00\x01p"),
                   (struct turn)S("\x20\x83\x01\x00\x87\x80\x01"));
    assert_int_equal(w.mqtt.level, 5);
    assert_int_equal(w.mqtt.code, 0x87);
    assert_int_equal(w.mqtt.credentials, PL_CREDENTIAL_BIT(MQTT_USER_PASS));
    /* A bridge. */
    w = connect_of((struct turn)C("\x10\x0d\x00\x04MQTT\x84\x02" REST),
                   (struct turn)S("\x20\x02\x00\x00"));
    assert_int_equal(w.mqtt.level, 4);
}

static void not_mqtt(void **state)
{
    static const struct turn turns[] = {
        C("\x10\x0d\x00\x04MQTT\x06\x02"),
        C("\x10\x0d\x00\x04MQTX\x04\x02"),
        C("\x10\x0d\x00\x06MQIsdp\x04\x02"),
        C("\x10\x8d\x80\x80\x80\x00\x04MQTT\x04"),
        C("\x30\x0d\x00\x04MQTT\x04\x02"),
        C("\x16\x03\x01\x00\x04MQTT"),
        S("\x20\x02\x00\x00"),
    };
    struct exchange e = {PL_WIRE_MQTT, 1883, {C("\x10\x0d\x00\x04MQTT\x04\x03" REST)}};
    struct pl_wire w = exchange_every_way(&e);

    (void)state;
    assert_int_equal(w.frames.end, PL_WIRE_MALFORMED); /* a reserved flag */
    assert_int_equal(APP(&w, mqtt_cleartext), NOT_SEEN);
    for (size_t i = 0; i < PL_COUNT(turns); i++)
        assert_int_not_equal(exchange_guess(turns[i].side, turns[i].bytes, turns[i].len),
                             PL_WIRE_MQTT);
    e = (struct exchange){PL_WIRE_MQTT, 1883, {S("\x30\x02\x00\x00")}};
    w = exchange_every_way(&e);
    assert_int_equal(w.frames.end, PL_WIRE_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mqtt_311),
        cmocka_unit_test(mqtt_31_and_5),
        cmocka_unit_test(not_mqtt),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
