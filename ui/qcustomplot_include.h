#pragma once

// The only place that includes qcustomplot.h. Version 2.1 writes Qt's lower-case words, which our targets switch off
// (QT_NO_KEYWORDS, because LibTorch uses `slots` as a name): map them around the include and take them away again.

#include <QtCore/QObject>

#define signals Q_SIGNALS
#define slots Q_SLOTS
#define emit Q_EMIT
#define foreach Q_FOREACH
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
#include <qcustomplot.h>
#pragma GCC diagnostic pop
#undef signals
#undef slots
#undef emit
#undef foreach
