#pragma once

#include "core/base/error.h"

#include <QObject>
#include <QPointer>

class QFormLayout;
class QLabel;

namespace lorashear::ui {

class Session;

/// Says under a form's field why its value was not taken, in a row of its own, until the recipe changes next.
class RefusalNotes : public QObject {
    Q_OBJECT
public:
    /// Fields are searched in `window`, by Session::edit()'s merge key as object name (or its beginning: parts of one setting).
    RefusalNotes(Session& session, QWidget* window);

Q_SIGNALS:
    void homeless(const lorashear::Error& error);  ///< of no field that is shown

private:
    void show(const Error& error, const QString& key);
    void clear();

    QWidget* m_window;
    QPointer<QLabel> m_note;
    QPointer<QFormLayout> m_form;
};

}  // namespace lorashear::ui
