#include "ui/theme/tr.h"

#include <QCoreApplication>

namespace lorashear::ui {

QString tr(const char* text) {
    return QCoreApplication::translate("lorashear::ui", text);
}

}  // namespace lorashear::ui
