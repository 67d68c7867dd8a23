from anyhandler_driver.fault import Fault as FaultException

FaultException.MARSHAL_ERROR = "Runtime.MarshalError"
FaultException.UNMARSHAL_ERROR = "Runtime.UnmarshalError"
FaultException.USER_CODE_SYNTAX_ERROR = "Runtime.UserCodeSyntaxError"
FaultException.HANDLER_NOT_FOUND = "Runtime.HandlerNotFound"
FaultException.IMPORT_MODULE_ERROR = "Runtime.ImportModuleError"
FaultException.BUILT_IN_MODULE_CONFLICT = "Runtime.BuiltInModuleConflict"
FaultException.MALFORMED_HANDLER_NAME = "Runtime.MalformedHandlerName"
FaultException.BEFORE_SNAPSHOT_ERROR = "Runtime.BeforeSnapshotError"
FaultException.AFTER_RESTORE_ERROR = "Runtime.AfterRestoreError"
FaultException.LAMBDA_CONTEXT_UNMARSHAL_ERROR = "Runtime.LambdaContextUnmarshalError"
FaultException.LAMBDA_RUNTIME_CLIENT_ERROR = "Runtime.LambdaRuntimeClientError"

__all__ = ["FaultException"]
