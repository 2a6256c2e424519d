#pragma once

#include <QTest>

/// Fails with the sentence of a check that found something wrong; an empty one passes.
#define VERIFY_CHECK(check)                     \
    do {                                        \
        const auto wrong = (check);             \
        QVERIFY2(wrong.empty(), wrong.c_str()); \
    } while (false)
