#include "ui/guarded_application.h"

#include <exception>

namespace lorashear::ui {

bool GuardedApplication::notify(QObject* receiver, QEvent* event) {
    const auto unknown = [](const char* what) {
        return Error(ErrorCode::Internal, "window", what,
                     tr("Please report this. What was just asked for may not have been done.").toStdString());
    };
    try {
        return QApplication::notify(receiver, event);
    } catch (const Error& error) {
        Q_EMIT caught(error);
    } catch (const std::exception& error) {
        Q_EMIT caught(unknown(error.what()));
    } catch (...) {
        Q_EMIT caught(unknown("something unknown went wrong"));
    }
    return true;
}

}  // namespace lorashear::ui
