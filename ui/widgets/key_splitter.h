#pragma once

#include <QSplitter>

namespace lorashear::ui {

/// A splitter whose handle is reached by Tab and moved by arrow keys; Home and End move it to its limits.
class KeySplitter : public QSplitter {
    Q_OBJECT
public:
    /// handleName: what a screen reader says of the handle.
    KeySplitter(Qt::Orientation orientation, const QString& objectName, const QString& handleName, QWidget* parent);

protected:
    QSplitterHandle* createHandle() override;

private:
    QString m_handleName;
};

}  // namespace lorashear::ui
